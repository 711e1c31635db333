"""The report: what is held, as one HTML page that asks nothing of the network. The texts in it are the open web's."""
