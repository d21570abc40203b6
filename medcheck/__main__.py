"""argv -> exit status: the plain check is answered at once, everything else is handed to the typer app."""

import sys


def main(arguments: "list[str] | None" = None) -> int:
    """Run medcheck and return its exit status."""
    from medcheck.run import guarded, run_check

    arguments = sys.argv[1:] if arguments is None else arguments

    def answer() -> int:
        from medcheck.options import COMPLETE, plain_check

        if arguments[:1] == [COMPLETE]:
            from medcheck.completion import answer as complete

            return complete(arguments[1:])
        if options := plain_check(arguments):
            return run_check(options)
        from medcheck.cli import run_app

        return run_app(arguments)

    return guarded(answer)


if __name__ == "__main__":
    sys.exit(main())
