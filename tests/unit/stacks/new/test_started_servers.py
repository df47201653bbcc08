"""What a command line starts, and where that listens."""

from __future__ import annotations

import shlex

import pytest

from stacks.new.serving import follows_port, served

NONE: dict[str, str] = {}


@pytest.mark.parametrize(
    ("line", "name", "port", "follows"),
    [
        ("uvicorn main:app --host 0.0.0.0 --port 8000", "uvicorn", 8000, ""),
        ("python -m uvicorn main:app --port=80", "uvicorn", 80, ""),
        ("/app/.venv/bin/uvicorn main:app", "uvicorn", None, ""),
        ("poetry run uvicorn main:app --port 5001", "uvicorn", 5001, ""),
        ("uv run --no-dev gunicorn -b 0.0.0.0:8080 app:app", "gunicorn", 8080, ""),
        ("gunicorn --bind=[::]:5000 app:app", "gunicorn", 5000, ""),
        ("gunicorn app:app", "gunicorn", None, "PORT"),
        ("gunicorn -b :9000 -w 4 app:app", "gunicorn", 9000, ""),
        ("tini -- hypercorn --bind 0.0.0.0:7000 app:app", "hypercorn", 7000, ""),
        ("flask --app shop run -h 0.0.0.0 -p 5005", "flask", 5005, ""),
        ("fastapi run main.py", "fastapi", None, ""),
        ("python manage.py runserver 0.0.0.0:8001", "manage.py runserver", 8001, ""),
        ("streamlit run app.py --server.port=8080", "streamlit", 8080, ""),
        ("python3.12 -m streamlit run app.py", "streamlit", None, ""),
        ("waitress-serve --listen=*:8041 app:app", "waitress-serve", 8041, ""),
        ("daphne -b 0.0.0.0 -p 8002 shop.asgi:application", "daphne", 8002, ""),
        ("sh -c 'exec uvicorn main:app --port $PORT'", "uvicorn", None, "PORT"),
        ("bash -lc 'python migrate.py && gunicorn -b 0.0.0.0:${PORT:-8000} app:app'", "gunicorn", None, "PORT"),
        ("sh -c 'alembic upgrade head; exec uvicorn a:b --port 81'", "uvicorn", 81, ""),
        ("npx next start -p 3001", "next", 3001, ""),
        ("nginx -g 'daemon off;'", "nginx", None, ""),
    ],
)
def test_a_known_server_and_its_port_are_found_in_a_command(
    line: str, name: str, port: int | None, follows: str
) -> None:
    """By their own name, as a module, by an absolute path, below a runner, or in a shell's script."""
    found = served(shlex.split(line), NONE)
    assert found is not None
    assert (found.name, found.port, found.follows) == (name, port, follows)


@pytest.mark.parametrize(
    "line", ["python app.py", "java -jar app.jar", "sh -c ''", 'sh -c "\'"', "./server", "sh start.sh"]
)
def test_other_programs_are_not_guessed(line: str) -> None:
    """They are no known server, and nothing is said of them."""
    assert served(shlex.split(line), NONE) is None


def test_a_variable_of_the_image_is_filled_in() -> None:
    """ENV decides what `$PORT` is, and what a server reads from the environment."""
    found = [
        served(["sh", "-c", "uvicorn a:b --port $PORT"], {"PORT": "81"}),
        served(["gunicorn", "a:b"], {"PORT": "82"}),
        served(["uvicorn", "a:b"], {"UVICORN_PORT": "83"}),
    ]
    assert [it and it.port for it in found] == [81, 82, 83]


@pytest.mark.parametrize(
    ("line", "variables", "expected"),
    [
        ("uvicorn a:b", {}, True),
        ("uvicorn a:b --host 0.0.0.0", {}, False),
        ("uvicorn a:b --host localhost", {}, True),
        ("uvicorn a:b", {"UVICORN_HOST": "0.0.0.0"}, False),
        ("gunicorn a:b", {}, False),
        ("gunicorn a:b", {"PORT": "80"}, False),
        ("gunicorn -b 127.0.0.1:80 a:b", {}, True),
        ("gunicorn -b :80 a:b", {}, False),
        ("python manage.py runserver", {}, True),
        ("python manage.py runserver 8000", {}, True),
        ("streamlit run app.py", {}, False),
        ("streamlit run app.py --server.address localhost", {}, True),
    ],
)
def test_a_server_that_only_its_own_container_reaches(line: str, variables: dict[str, str], expected: bool) -> None:  # noqa: FBT001 - what is expected
    """By what it is given, else by its own default; gunicorn listens everywhere where PORT is set."""
    found = served(shlex.split(line), variables)
    assert found is not None
    assert found.is_unreachable is expected


def test_any_program_may_follow_the_variable() -> None:
    """A program that is no known server is recognised by `$PORT` in its words."""
    assert follows_port(["sh", "-c", "exec ./server --listen :${PORT}"], NONE)
    assert not follows_port(["./server", "--listen", ":80"], NONE)
    assert not follows_port(["sh", "-c", "./server $PORT"], {"PORT": "80"})
