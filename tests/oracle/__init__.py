"""The oracle: networks in plain NumPy, slow and readable, against which the engine is compared step by step."""
