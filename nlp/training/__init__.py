"""How the shipped weights are made: needs scikit-learn, a development dependency; nothing here runs in a worker."""
