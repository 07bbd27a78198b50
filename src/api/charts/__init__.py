"""Charts: a figure as a picture and as a sentence, made on the server, the same everywhere."""
