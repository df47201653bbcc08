"""What an environment file names has to be there before `plan` and `deploy` make anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.image import place_image
from tests.support.accounts import REGION
from tests.support.commands import project
from tests.support.proxy import Call, Reply, between

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.accounts import Account
    from tests.support.faults import PassOn


def test_a_secret_and_a_sidecars_image_are_looked_for_before_anything_is_made(tmp_path: Path, account: Account) -> None:
    """By the key that names each; who may not look is told what is not known, and plans."""
    here = project(tmp_path, account.env)
    here.succeed("bootstrap", "prod", "--yes", "--quiet")
    secrets = account.client("secretsmanager")
    arn = secrets.create_secret(Name="db", SecretString="x")["ARN"]
    proxy = f"{account.account_id}.dkr.ecr.{REGION}.amazonaws.com/proxy:1.0"
    file = here.folder / "environments" / "prod.toml"
    lines = ["[ecs.secrets]", f'PASSWORD = "{arn[:-6]}AbCdEf:password::"', "[[ecs.sidecars]]", 'name = "proxy"']
    text = file.read_text(encoding="utf-8")
    file.write_text("\n".join([text, *lines, f'image = "{proxy}"']), encoding="utf-8")
    ecr = account.client("ecr")
    ecr.create_repository(repositoryName="preto-2-prod")
    place_image(account.address, "preto-2-prod", "v1")
    words = ("plan", "prod", "--image", "v1")
    assert "[ecs.secrets] PASSWORD: there is no secret db-AbCdEf in account" in here.fail(*words)

    def refuse(_call: Call, _pass_on: PassOn) -> Reply:
        denied = b'{"__type": "AccessDeniedException", "message": "no"}'
        return Reply(400, denied, {"Content-Type": "application/x-amz-json-1.1"})

    def choose(call: Call) -> Callable[[Call, PassOn], Reply] | None:
        about_proxy = call.action == "DescribeImages" and b'"proxy"' in call.body
        return refuse if about_proxy or call.action == "DescribeSecret" else None

    with between(account.address.endpoint_url, choose) as server:
        done = here.run(*words, env={"AWS_ENDPOINT_URL": server.url})
    assert done.returncode == 2, done.stderr
    assert "db-AbCdEf is there is not known, because secretsmanager:DescribeSecret is not allowed" in done.stderr
    assert "image of proxy: whether it is there is not known, because ecr:DescribeImages is not allowed" in done.stderr
    file.write_text(file.read_text(encoding="utf-8").replace(f"{arn[:-6]}AbCdEf", arn), encoding="utf-8")
    assert "[[ecs.sidecars]] image of proxy: there is no image 1.0 in repository proxy" in here.fail(*words)
