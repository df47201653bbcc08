"""Places: what belongs to the one service that is taken over, and why everything else stays."""

from __future__ import annotations

import re

import pytest

from stacks.errors import UserError
from tests.support import takeovers
from tests.support.terraform_preto2 import Preto2
from tests.support.terraform_services import NOT_FOUND, TO_HTTPS, forward, listener, other_service, rule
from tests.support.terraform_states import resource, state
from tests.support.terraform_variants import default_resources, legacy, opentofu, other_providers, shown

TEAM = Preto2()
HTTP = "module.network.aws_lb_listener.http"
SERVICE = "module.ecs.aws_ecs_service.this"
PLACES = {
    "module.ecr.aws_ecr_repository.this": "Ecr/Repository",
    "module.iam.aws_iam_role.ecs_task_execution": "Iam/TaskExecutionRole",
    "module.iam.aws_iam_role.ecs_task": "Iam/TaskRole",
    "module.network.aws_lb.this": "Network/LoadBalancer",
    "module.network.aws_lb_target_group.this": "Network/TargetGroup",
    HTTP: "Network/Listener",
    "module.ecs.aws_ecs_cluster.this": "Ecs/Cluster",
    "module.ecs.aws_cloudwatch_log_group.this": "Ecs/LogGroup",
    SERVICE: "Ecs/Service",
    "module.autoscaling[0].aws_appautoscaling_target.this": "Autoscaling/ScalableTarget",
    "module.autoscaling[0].aws_appautoscaling_policy.cpu": "Autoscaling/CpuPolicy",
    "module.autoscaling[0].aws_appautoscaling_policy.memory": "Autoscaling/MemoryPolicy",
}


@pytest.mark.parametrize("form", [dict, legacy, opentofu, shown], ids=["now", "0.12", "OpenTofu", "show -json"])
def test_each_resource_of_the_team_has_its_place_whoever_wrote_the_state(form: type[dict[str, object]]) -> None:
    """The wiring decides: which role starts the tasks, where the container logs, what the target group is behind."""
    assert takeovers.paths(takeovers.look(form(TEAM.state()))) == PLACES


def test_what_is_a_property_of_another_resource_goes_with_it() -> None:
    """A lifecycle policy is the repository's, an attached policy the role's."""
    adopted = {it.path: it.addresses[1:] for it in takeovers.look(TEAM.state()).survey.adopted}
    assert adopted["Ecr/Repository"] == ("module.ecr.aws_ecr_lifecycle_policy.this",)
    attached = "module.iam.aws_iam_role_policy_attachment.ecs_task_execution"
    assert adopted["Iam/TaskExecutionRole"] == (attached,)


def test_the_task_definition_stays_and_says_why() -> None:
    """It is not imported: the next deployment registers another revision."""
    found = takeovers.whys(takeovers.look(TEAM.state()))
    assert "the first deploy registers the next one in its family" in found["module.ecs.aws_ecs_task_definition.this"]


def test_nothing_of_another_provider_or_of_the_account_is_taken() -> None:
    """Resources that are not AWS's, and those that AWS makes itself, stay."""
    found = takeovers.look(TEAM.state(*other_providers(), *default_resources(TEAM.vpc)))
    assert takeovers.paths(found) == PLACES
    assert all(takeovers.whys(found).values())


def test_a_state_without_a_service_is_refused() -> None:
    """A takeover starts from the service."""
    with pytest.raises(UserError, match="the state has no ECS service that can be taken over"):
        takeovers.found(state(resource("aws_vpc.main", {"id": TEAM.vpc})))


def test_of_two_services_the_user_chooses_one() -> None:
    """The error has the options to choose from, each in quotes for a shell."""
    document = TEAM.state(*other_service(TEAM))
    with pytest.raises(UserError) as error:
        takeovers.found(document)
    assert f"--map '{SERVICE}=Ecs/Service'" in str(error.value)
    assert "--map 'aws_ecs_service.other=Ecs/Service'" in str(error.value)
    assert takeovers.paths(takeovers.look(document, mapping=[f"{SERVICE}=Ecs/Service"]))[SERVICE] == "Ecs/Service"


def test_what_belongs_to_the_other_service_stays_with_it() -> None:
    """Also its rule on our listener: it goes on beside ours."""
    found = takeovers.look(TEAM.state(*other_service(TEAM)), mapping=[f"{SERVICE}=Ecs/Service"])
    assert takeovers.paths(found) == PLACES
    whys = takeovers.whys(found)
    assert whys["aws_ecs_service.other"] == "another service; an environment has one"
    for address in ("aws_lb_target_group.other", "aws_lb_listener_rule.other"):
        assert whys[address] == "it belongs to aws_ecs_service.other"


def test_a_role_that_another_service_has_too_stays() -> None:
    """Its policies would change for both; the first deployment makes one for ours."""
    role = TEAM.role_arn("exec")
    found = takeovers.look(TEAM.state(*other_service(TEAM, role=role)), mapping=[f"{SERVICE}=Ecs/Service"])
    assert "Iam/TaskExecutionRole" not in takeovers.paths(found).values()
    why = takeovers.whys(found)["module.iam.aws_iam_role.ecs_task_execution"]
    assert why == "aws_ecs_service.other has it, too; the first deploy makes a role of its own"
    assert "Iam/TaskExecutionRole" in {it.path for it in found.survey.made}


def test_a_repository_that_another_service_has_too_is_named() -> None:
    """It stays, and the settings name it: nothing of it changes."""
    image = f"{TEAM.account}.dkr.ecr.{TEAM.region}.amazonaws.com/{TEAM.stem}"
    document = TEAM.state(*other_service(TEAM, image=f"{image}:other"))
    found = takeovers.look(document, mapping=[f"{SERVICE}=Ecs/Service"])
    assert "Ecr/Repository" not in takeovers.paths(found).values()
    assert found.settings.ecs.image == image


def test_the_other_service_can_be_chosen() -> None:
    """Its rule is on a load balancer that both share, which stays."""
    found = takeovers.look(TEAM.state(*other_service(TEAM)), mapping=["aws_ecs_service.other=Ecs/Service"])
    assert takeovers.paths(found) == {
        "module.ecs.aws_ecs_cluster.this": "Ecs/Cluster",
        "aws_ecs_service.other": "Ecs/Service",
        "aws_lb_listener_rule.other": "Network/ProductionRule",
        "aws_lb_target_group.other": "Network/TargetGroup",
    }
    shared = found.settings.network.listener
    assert shared is not None
    assert (shared.priority, shared.hosts) == (200, ("other.example.com",))
    assert "others share it" in takeovers.whys(found)["module.network.aws_lb.this"]


def test_a_load_balancer_of_its_own_is_taken_over_also_where_a_rule_leads_to_the_service() -> None:
    """Nobody else is behind it, so that its listener may forward everything."""
    team = Preto2(changed={HTTP: {"default_action": [NOT_FOUND]}})
    found = takeovers.look(team.state(rule(team, "app", team.target_group_arn)))
    assert takeovers.paths(found) == PLACES
    assert "the listener leads all other requests" in takeovers.whys(found)["aws_lb_listener_rule.app"]
    [note] = [it for it in found.survey.notes if "aws_lb_listener_rule.app" in it]
    assert "--map 'aws_lb_listener_rule.app=Network/ProductionRule' keeps the rule" in note


def test_a_rule_for_every_path_says_no_more_than_the_listener() -> None:
    """Then nothing changes for anybody, and there is nothing to say."""
    team = Preto2(changed={HTTP: {"default_action": [NOT_FOUND]}})
    everything = rule(team, "app", team.target_group_arn, condition=[{"path_pattern": [{"values": ["/*"]}]}])
    assert not [it for it in takeovers.look(team.state(everything)).survey.notes if "--map" in it]


@pytest.mark.parametrize(
    ("condition", "name"),
    [
        ({"source_ip": [{"values": ["10.0.0.0/8"]}]}, "source-ip"),
        ({"http_header": [{"http_header_name": "X-Origin", "values": ["cdn"]}]}, "http-header"),
        ({"host_header": [{"regex_values": ["^app[0-9]+"]}]}, r"host-header \(regular expression\)"),
    ],
)
def test_a_rule_that_lets_in_fewer_than_our_templates_can_say_blocks(condition: dict[str, object], name: str) -> None:
    """Otherwise a deployment would open the service to requests that do not reach it now."""
    team = Preto2(changed={HTTP: {"default_action": [NOT_FOUND]}})
    host = {"host_header": [{"values": ["app.example.com"]}]}
    document = team.state(rule(team, "app", team.target_group_arn, condition=[host, condition]))
    for mapping in ([], ["aws_lb_listener_rule.app=Network/ProductionRule"]):
        [refusal] = takeovers.look(document, mapping=mapping).survey.refusals
        assert re.search(f"aws_lb_listener_rule.app: its conditions on {name} are none of our templates", refusal)


def test_a_load_balancer_that_another_project_shares_stays() -> None:
    """AWS knows of its target group, and the state does not."""
    team = Preto2(changed={HTTP: {"default_action": [NOT_FOUND]}})
    found = takeovers.look(team.state(rule(team, "app", team.target_group_arn)), neighbours=["arn:of:another"])
    assert takeovers.paths(found)["aws_lb_listener_rule.app"] == "Network/ProductionRule"
    assert "others share it" in takeovers.whys(found)["module.network.aws_lb.this"]


def test_a_rule_can_be_kept_instead_of_its_load_balancer() -> None:
    """`--map` says that the rule is ours, and the load balancer stays."""
    team = Preto2(changed={HTTP: {"default_action": [NOT_FOUND]}})
    ours = "aws_lb_listener_rule.app=Network/ProductionRule"
    found = takeovers.look(team.state(rule(team, "app", team.target_group_arn)), mapping=[ours])
    assert takeovers.paths(found)["aws_lb_listener_rule.app"] == "Network/ProductionRule"
    assert not [it for it in found.survey.differences if it.property == "Conditions"]
    assert "Network/LoadBalancer" not in takeovers.paths(found).values()


def test_a_pattern_of_all_paths_beside_a_host_is_left_out_and_changes_nothing() -> None:
    """The same requests reach the service."""
    team = Preto2(changed={HTTP: {"default_action": [NOT_FOUND]}})
    both = [{"host_header": [{"values": ["app.example.com"]}]}, {"path_pattern": [{"values": ["/*"]}]}]
    document = team.state(rule(team, "app", team.target_group_arn, condition=both))
    survey = takeovers.look(document, mapping=["aws_lb_listener_rule.app=Network/ProductionRule"]).survey
    assert [it.why for it in survey.differences if it.property == "Conditions"] == ["the same requests fit it"]
    assert not [it for it in survey.notes if "paths" in it]


def test_https_has_its_listener_and_its_redirect() -> None:
    """Port 443 forwards, port 80 redirects; both are ours."""
    certificate = TEAM.arn("acm", "certificate/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f")
    team = Preto2(changed={HTTP: {"default_action": [TO_HTTPS]}})
    more = {"protocol": "HTTPS", "certificate_arn": certificate, "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06"}
    found = takeovers.look(team.state(listener(team, "https", 443, forward(team.target_group_arn), **more)))
    assert takeovers.paths(found) == PLACES | {"aws_lb_listener.https": "Network/HttpsListener"}
    https = found.settings.network.https
    assert https is not None
    assert https.certificate_arn == certificate
    assert https.redirect_http


def https_listener(*actions: dict[str, object], **more: object) -> dict[str, object]:
    """Return a listener with HTTPS and a certificate, which does this."""
    certificate = TEAM.arn("acm", "certificate/0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f")
    with_tls = {"protocol": "HTTPS", "certificate_arn": certificate, "default_action": list(actions)}
    return listener(TEAM, "https", 443, {}, **with_tls, **more)


def test_http_that_is_not_redirected_goes_on_beside_https() -> None:
    """Ours on port 80 would redirect, which not every client follows."""
    found = takeovers.look(TEAM.state(https_listener(forward(TEAM.target_group_arn))))
    assert takeovers.paths(found)["aws_lb_listener.https"] == "Network/HttpsListener"
    assert "it goes on beside ours" in takeovers.whys(found)[HTTP]
    assert not found.survey.is_blocked
    assert found.settings.network.https is not None
    assert not found.settings.network.https.redirect_http


COGNITO = {
    "type": "authenticate-cognito",
    "order": 1,
    "authenticate_cognito": [
        {
            "user_pool_arn": TEAM.arn("cognito-idp", "userpool/ap-northeast-2_AbCdEfGhI"),
            "user_pool_client_id": "0a1b2c3d4e5f",
            "user_pool_domain": "books",
            "scope": "openid",
            "session_timeout": 3600,
            "on_unauthenticated_request": "authenticate",
        }
    ],
}
OIDC = {"type": "authenticate-oidc", "order": 1, "authenticate_oidc": [{"issuer": "https://login.example.com"}]}


def test_users_who_sign_in_with_cognito_go_on_doing_so() -> None:
    """The pool and its client are settings."""
    actions = COGNITO, forward(TEAM.target_group_arn) | {"order": 2}
    found = takeovers.look(TEAM.state(https_listener(*actions)))
    assert not found.survey.is_blocked
    sign_in = found.settings.network.sign_in
    assert sign_in is not None
    assert (sign_in.user_pool_client_id, sign_in.session_timeout) == ("0a1b2c3d4e5f", 3600)
    assert not [it for it in found.survey.differences if it.property == "DefaultActions"]


def test_a_takeover_that_would_let_in_everybody_is_blocked() -> None:
    """Nobody can read the secret of OpenID Connect, so the user says it; clients' certificates have no setting."""
    actions = OIDC, forward(TEAM.target_group_arn) | {"order": 2}
    [refusal] = takeovers.look(TEAM.state(https_listener(*actions))).survey.refusals
    assert refusal.startswith("aws_lb_listener.https: users sign in at it")
    assert "[network.sign_in]" in refusal
    verified = {"mutual_authentication": [{"mode": "verify", "trust_store_arn": "arn:aws:elasticloadbalancing:..."}]}
    document = TEAM.state(https_listener(forward(TEAM.target_group_arn), **verified))
    [refusal] = takeovers.look(document).survey.refusals
    assert "it asks clients for certificates" in refusal


def test_a_listener_on_another_port_blocks() -> None:
    """Ours are on 80 and 443, and who uses another one would be cut off."""
    team = Preto2(changed={HTTP: {"port": 8080}})
    [refusal] = takeovers.look(team.state()).survey.refusals
    assert refusal.startswith(f"{HTTP}: it listens on port 8080")


def test_two_policies_of_one_metric_have_one_place() -> None:
    """The second one stays, and goes on beside ours."""
    first = "module.autoscaling[0].aws_appautoscaling_policy.cpu"
    again = next(it for it in TEAM.resources() if it["name"] == "cpu")["instances"][0]["attributes"]
    more = resource("aws_appautoscaling_policy.again", again | {"arn": again["arn"] + "2", "name": "again"})
    found = takeovers.look(TEAM.state(more))
    assert takeovers.paths(found)[first] == "Autoscaling/CpuPolicy"
    assert (
        takeovers.whys(found)["aws_appautoscaling_policy.again"]
        == "Autoscaling/CpuPolicy is the place of another resource"
    )


def test_without_autoscaling_nothing_of_it_is_made() -> None:
    """The number of tasks stays what it is."""
    found = takeovers.look(Preto2(autoscaling=False).state())
    assert not found.settings.autoscaling.enabled
    assert not [it for it in found.survey.made if it.path.startswith("Autoscaling/")]
