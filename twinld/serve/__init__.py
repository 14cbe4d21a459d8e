"""The Flask application, made from the dataset; nothing global."""
