"""The look of official documents: described once, written as Word and PDF, checked, filled from an office's templates.

``describe`` → ``write_docx`` / ``write_pdf``; ``check``; ``open_template``. No tables of its own.
"""
