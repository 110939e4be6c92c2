import "htmx.org";
import "./styles/main.css";
