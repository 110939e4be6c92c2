"""Pages of documents: lists, the document, drafts, what is entered, search."""
