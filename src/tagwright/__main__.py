"""`python -m tagwright` is `tagwright`."""

from tagwright.cli import main

if __name__ == "__main__":
    main()
