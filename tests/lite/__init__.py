"""Where Python cannot be installed: Pyodide, which node runs, as browsers do."""
