"""`python -m waymark` is the `waymark` command."""

from .cli import main

if __name__ == "__main__":
    main()
