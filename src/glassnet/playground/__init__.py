"""The playground: a page in the browser, served from this machine, that shows a network while the engine trains it."""
