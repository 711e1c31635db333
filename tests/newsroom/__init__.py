"""The bundled newsroom: an invented Qwen story, served over HTTP as of any moment, and the demo on it."""
