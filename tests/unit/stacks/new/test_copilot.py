"""A service of AWS Copilot's finds its settings again, and is told of what it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.build.render import render
from stacks.errors import UserError
from stacks.new.app import conclude
from stacks.new.evidence import gather
from stacks.new.sources import Sources
from tests.unit.stacks.new.test_app import drafted, look

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = """\
    name: api
    type: Load Balanced Web Service
    http:
      path: '/'
      healthcheck: {path: /up, success_codes: '200,301', interval: 15s, timeout: 10s, grace_period: 1m30s}
      stickiness: true
      alias: shop.example.com
      hosted_zone: Z0123456789ABCDEFGHIJ
      allowed_source_ips: [203.0.113.7, 198.51.100.0/24]
      deregistration_delay: 30s
    image:
      build: {dockerfile: api/Dockerfile, context: api, args: {VERSION: "1"}}
      port: 5000
    cpu: 1024
    memory: 2048
    platform: linux/arm64
    count:
      range: 2-8
      cpu_percentage: 60
      requests: {value: 500, cooldown: {in: 1m, out: 20s}}
      cooldown: {in: 120s, out: 30s}
    exec: true
    command: [gunicorn, --workers, "4", app]
    variables:
      LOG_LEVEL: info
      DEBUG: off
      BUCKET: ${COPILOT_APPLICATION_NAME}-${COPILOT_ENVIRONMENT_NAME}
      TABLE: {from_cfn: stack-Table}
    secrets:
      DB_PASSWORD: /copilot/${COPILOT_APPLICATION_NAME}/db
      API_KEY: {secretsmanager: api-key}
    logging: {retention: 14, destination: {Name: cloudwatch}}
    storage: {ephemeral: 40, readonly_fs: true, volumes: {data: {path: /data}}}
    sidecars: {nginx: {port: 80}}
    environments:
      prod:
        count: {range: {min: 3, max: 9}}
        variables: {LOG_LEVEL: warning}
      test:
        count: 1
        image: {location: 'registry.example.com:5000/shop/api:v7'}
    """
FILES = {
    "copilot/.workspace": "application: shop\n",
    "copilot/api/manifest.yml": MANIFEST,
    "copilot/report/manifest.yml": 'name: report\ntype: Scheduled Job\non: {schedule: "@daily"}\n',
    "copilot/worker/manifest.yml": "name: worker\ntype: Worker Service\n",
}


def test_what_a_manifest_says_is_taken_over(tmp_path: Path) -> None:
    """With the overrides of the environment; texts stay as they are written, `off` is no flag."""
    found = drafted(look(tmp_path, FILES)).settings
    assert (found.project, found.app.framework) == ("shop", "web")
    net, ecs, scaling = found.network, found.ecs, found.autoscaling
    assert (net.container_port, net.health_check_path, net.health_check_matcher) == (5000, "/up", "200,301")
    assert (net.health_check_interval, net.health_check_timeout, net.deregistration_delay) == (15, 10, 30)
    assert net.sticky_sessions
    assert net.allowed_ranges == ("203.0.113.7/32", "198.51.100.0/24")
    assert net.https is not None
    assert (net.https.domain_name, net.https.hosted_zone_id) == ("shop.example.com", "Z0123456789ABCDEFGHIJ")
    assert (ecs.cpu, ecs.memory, ecs.architecture, ecs.exec, ecs.health_check_grace_period) == (
        1024,
        2048,
        "ARM64",
        True,
        90,
    )
    assert ecs.command == ("gunicorn", "--workers", "4", "app")
    assert ecs.environment == {"LOG_LEVEL": "warning", "DEBUG": "off", "BUCKET": "shop-prod"}
    assert (ecs.log_retention_days, ecs.ephemeral_storage, ecs.read_only) == (14, 40, True)
    assert (scaling.min_capacity, scaling.max_capacity, scaling.cpu_target) == (3, 9, 60)
    assert (scaling.memory_tracking, scaling.request_count_target) == (False, 500)
    assert (scaling.scale_in_cooldown, scaling.scale_out_cooldown) == (120, 30)
    assert (scaling.request_count_scale_in_cooldown, scaling.request_count_scale_out_cooldown) == (60, 20)
    assert (found.push.dockerfile, found.push.context) == ("Dockerfile", "api")
    assert dict(found.push.build_args) == {"VERSION": "1"}
    assert render(found).templates


def test_another_environment_has_its_own(tmp_path: Path) -> None:
    """A fixed number of tasks is one without autoscaling, and an image that is elsewhere takes the place of a build."""
    found = drafted(look(tmp_path, FILES, "test"), "test").settings
    assert (found.ecs.desired_count, found.autoscaling.enabled) == (1, False)
    assert (found.ecs.image, found.image_tag) == ("registry.example.com:5000/shop/api", "v7")
    assert found.push.dockerfile == "Dockerfile"


def test_what_is_not_taken_over_is_named(tmp_path: Path) -> None:
    """Every key of a manifest, and every other service, with what there is instead."""
    notes = "\n".join(drafted(look(tmp_path, FILES)).notes)
    for words in (
        "sidecars: write [[ecs.sidecars]]",
        "storage.volumes: write [[ecs.volumes]]",
        "logging.destination: ",
        "variables.TABLE: is the output of another stack",
        "copilot/report/manifest.yml: Scheduled Job: [[tasks]] runs it",
        "copilot/worker/manifest.yml: Worker Service: ",
        "the ARNs of DB_PASSWORD, API_KEY are to be filled in",
    ):
        assert words in notes


def test_secrets_are_named_and_never_read(tmp_path: Path) -> None:
    """The file has their ARNs as a comment, as far as they are known."""
    app = look(tmp_path, FILES)
    text = drafted(app, account_id="123456789012").text
    assert '# DB_PASSWORD = "arn:aws:ssm:eu-west-1:123456789012:parameter/copilot/shop/db"' in text
    assert '# API_KEY = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:api-key-SUFFIX"' in text
    assert "parameter/copilot/shop/db" in drafted(app).text


def test_what_the_settings_refuse_is_left_out(tmp_path: Path) -> None:
    """A manifest of which one value is refused is taken over without it, and the reason is told."""
    files = {**FILES, "copilot/api/manifest.yml": MANIFEST.replace("ephemeral: 40", "ephemeral: 5")}
    found = drafted(look(tmp_path, files))
    assert found.settings.ecs.ephemeral_storage == 20
    assert "not written: ecs.ephemeral_storage: must be a whole number from 20 to 200" in found.notes


def test_one_refused_variable_leaves_the_others(tmp_path: Path) -> None:
    """PORT is the templates' own, and Copilot's users often have it."""
    manifest = MANIFEST.replace("DEBUG: off", 'PORT: "5000"')
    found = drafted(look(tmp_path, {**FILES, "copilot/api/manifest.yml": manifest}))
    assert found.settings.ecs.environment == {"LOG_LEVEL": "warning", "BUCKET": "shop-prod"}
    assert any(note.startswith("not written: ecs.environment.PORT: ") for note in found.notes)


def test_a_range_that_follows_something_else_scales_by_load(tmp_path: Path) -> None:
    """Without a target that there is here, the defaults follow CPU and memory, and the other one is named."""
    text = "type: Worker Service\ncount: {range: 1-5, queue_delay: {acceptable_latency: 1m}}\nrequests: 1\n"
    folder = Sources(tmp_path)
    look(tmp_path, {"copilot/w/manifest.yml": text, "Dockerfile": "FROM x\nEXPOSE 80\nCMD a"})
    found = drafted(conclude(gather(folder, "prod", service="w")))
    assert (found.settings.autoscaling.cpu_tracking, found.settings.autoscaling.max_capacity) == (True, 5)
    assert any("count.queue_delay: [[autoscaling.steps]]" in note for note in found.notes)


def test_of_several_services_one_is_chosen(tmp_path: Path) -> None:
    """By its name; it is asked for where it is not given."""
    files = {**FILES, "copilot/site/manifest.yml": "name: site\ntype: Load Balanced Web Service\nimage: {port: 80}\n"}
    with pytest.raises(UserError, match="several services: api, site"):
        look(tmp_path, files)
    app = conclude(gather(Sources(tmp_path), "prod", service="site"))
    assert (app.project.value, app.port and app.port.value) == ("shop-site", 80)
    with pytest.raises(UserError, match="there are: api, report, site, worker"):
        gather(Sources(tmp_path), "prod", service="sit")


def test_names_with_hosted_zones_of_their_own(tmp_path: Path) -> None:
    """The first is taken with its zone, the others are named; a port of the health check needs groups of its own."""
    alias = "alias: [{name: A.example.com, hosted_zone: Z1}, {name: b.example.com, hosted_zone: Z2}]"
    text = f"name: api\ntype: Load Balanced Web Service\nhttp:\n  {alias}\n  healthcheck: {{path: /up, port: 81}}\n"
    found = drafted(look(tmp_path, {**FILES, "copilot/api/manifest.yml": text}))
    https = found.settings.network.https
    assert https is not None
    assert (https.domain_name, https.hosted_zone_id) == ("a.example.com", "Z1")
    notes = "\n".join(found.notes)
    assert "http.alias: b.example.com: [network.https] alternative_names" in notes
    assert "not written: network.health_check_port" in notes
