"""`python -m openness` is the command line, where its script is not on the path."""

from openness.cli import main

if __name__ == "__main__":
    main()
