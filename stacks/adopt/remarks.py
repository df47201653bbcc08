"""Sentences about a look: why there can be no takeover, and what else a person should know before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.adopt.places.graph import items, last
from stacks.adopt.running import DEFAULT_TAG, best_tag
from stacks.adopt.settings.repository import REPOSITORY, image_key, split
from stacks.adopt.settings.roles import TASK, unsayable_policies
from stacks.adopt.survey import ABSENT, Effect
from stacks.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stacks.adopt.settings.derivation import Derived
    from stacks.adopt.settings.facts import Facts
    from stacks.adopt.survey import Adopted, Difference
    from stacks.terraform.state import State


def unsayable_rights(kept: Sequence[Adopted]) -> list[str]:
    """Return a sentence for each inline policy of the application that our settings cannot say."""
    return [
        f"{it.addresses[0]}: its inline policy {name} has a statement that `[[iam.task_statements]]` cannot say; make "
        "it a managed policy, which `iam.task_managed_policy_arns` names"
        for it in kept
        if it.path == "Iam/TaskRole"
        for name in unsayable_policies(it.known)
    ]


def encrypted_otherwise(kept: Sequence[Adopted], differences: Sequence[Difference]) -> Iterator[str]:
    """Yield how images keep their key: a repository cannot change it, and our settings have one for logs, too."""
    for it in kept:
        is_lost = any(
            each.path == it.path and each.property == "EncryptionConfiguration.KmsKey" for each in differences
        )
        if it.path == REPOSITORY and is_lost:
            yield (
                f"{it.addresses[0]}: its images are encrypted with {image_key(it.known)}, and [security] kms_key names "
                "one key for images and logs: let CloudWatch Logs use it, `aws logs associate-kms-key` the log group, "
                "and look again"
            )


def unavailable(kept: Sequence[Adopted], root: str) -> Iterator[str]:
    """Yield a sentence for what is there no more, and for each resource that a stack of others owns already."""
    if gone := [it.addresses[0] for it in kept if it.is_gone]:
        yield f"AWS has no more: {', '.join(gone)}; `terraform plan -refresh-only` says what the state lacks"
    for it in kept:
        if it.owner and not is_of_root(it.owner, root):
            yield f"{it.addresses[0]}: the stack {it.owner} of CloudFormation owns it already"


def unguarded(kept: Sequence[Adopted], differences: Sequence[Difference]) -> Iterator[str]:
    """Yield a sentence for each listener or rule that would no longer ask who somebody is."""
    address = {it.path: it.addresses[0] for it in kept}
    for it in differences:
        if _signs_in(it.state if it.live is ABSENT else it.live) and not _signs_in(it.template):
            yield (
                f"{address[it.path]}: users sign in at it, and with these settings everybody would reach the service; "
                "[network.sign_in] says how they sign in"
            )
        elif it.property == "MutualAuthentication.Mode" and it.live not in {ABSENT, "off"}:
            yield (
                f"{address[it.path]}: it asks clients for certificates (mutual TLS), which our templates have not; "
                "leave the service with Terraform"
            )


def _signs_in(actions: object) -> bool:
    """Whether one of the actions of a listener or a rule has users sign in."""
    return any(str(it.get("Type")).startswith("authenticate-") for it in items(actions))


def deposed(state: State) -> Iterator[str]:
    """Yield a sentence for each resource of which Terraform has not deleted the former one yet."""
    for address in state.deposed:
        yield f"{address}: Terraform still has to delete a former one (deposed): `terraform apply` before it lets go."


def is_of_root(stack: str, root: str) -> bool:
    """Whether a stack is the root stack or one of its children, which are named after it."""
    return stack == root or stack.startswith(f"{root}-")


def taken_already(kept: Sequence[Adopted], root: str) -> Iterator[str]:
    """Yield how many resources are in our stacks already."""
    taken = sum(is_of_root(it.owner, root) for it in kept)
    if taken:
        yield f"{taken} of {counted(len(kept), 'resource')} are in the stacks of {root} already."


def unread(kept: Sequence[Adopted]) -> Iterator[str]:
    """Yield what could not be read, by its reason, and is compared as the state has it."""
    whys: dict[str, list[str]] = {}
    for it in kept:
        if it.live is None and it.unread and not it.is_gone:
            whys.setdefault(it.unread, []).append(it.path)
    for why, paths in whys.items():
        yield f"Compared as the state has it, because it cannot be read: {', '.join(paths)} ({why})."


def changed_by_hand(differences: Sequence[Difference]) -> Iterator[str]:
    """Yield what is live otherwise than the state has it, and as our template has it, so that nothing else shows it."""
    found = [f"{it.path} {it.property}" for it in differences if it.effect is Effect.SAME and not it.why]
    if found:
        yield f"What runs is otherwise than the state has it, which is taken over: {', '.join(found)}."


def untagged(facts: Facts, wanted: str) -> Iterator[str]:
    """Yield that a deployment has no name for the image that runs, where no tag of it is known."""
    if not wanted:
        yield (
            f"{facts.wiring.anchor.address}: no tag of the image that runs is known, and a deployment names it by one; "
            "give the image a tag first (`docker buildx imagetools create --tag`), or say one: --var image_tag=TAG"
        )


def images(facts: Facts, wanted: str) -> Iterator[str]:
    """Yield which image goes on running, and what to push where no tag stays with the one that runs.

    `wanted` is the tag with which the service will be deployed.
    """
    name, tag = split(str(facts.container.get("Image") or ""))
    found = facts.running.digests.get(str(facts.container.get("Name")), ())
    digest = f" ({found[0]})" if len(found) == 1 and wanted in facts.running.tags else ""
    if wanted:
        yield f"The service goes on with image {wanted}{digest}, as long as no deployment names another one."
    if len(found) > 1:
        yield (
            f"The running tasks have {len(found)} images that were called {name}:{tag} when they started; the first "
            "deploy runs the one that is called so now."
        )
    if len(found) != 1 or facts.wiring.repository is None or best_tag(facts.running.tags) not in {"", DEFAULT_TAG}:
        return
    moved = (
        ""
        if facts.running.tags or not tag
        else f", and {tag} is another image by now, which the first deploy would run"
    )
    repository = facts.wiring.repository.identifier["RepositoryName"]
    yield (
        f"No tag of its own is on the image that runs ({found[0]}){moved}. Tag it, and look again: "
        f'aws ecr put-image --repository-name {repository} --image-tag TAG --image-manifest "$(aws ecr batch-get-image '
        f"--repository-name {repository} --image-ids imageDigest={found[0]} --query images[0].imageManifest --output "
        'text)"'
    )


def notes(facts: Facts, derived: Derived) -> list[str]:
    """Return what is otherwise than the settings can say, than the state says, or than it may be shown."""
    found = list(derived.unsayable)
    tagged = facts.origin.environment
    if tagged and tagged != facts.environment:
        found.append(
            f"The resources are tagged Environment = {tagged}, and the environment is {facts.environment}: the first "
            "deploy changes the tag."
        )
    if facts.running.unread and not facts.running.is_gone:
        found.append(f"{facts.wiring.anchor.address} cannot be read: {facts.running.unread}.")
    state_revision = last(facts.wiring.anchor.recorded.get("TaskDefinition"))
    runs = last(facts.running.service.get("taskDefinition"))
    if runs and state_revision and runs != state_revision:
        found.append(f"The state is older than what runs: it has {state_revision}, and {runs} runs.")
    found += _other_roles(facts)
    if derived.withheld:
        names = ", ".join(derived.withheld)
        found.append(
            f"Not written, because the values may be secrets: {names}. New tasks would lack them: "
            "--environment-value NAME writes one, and ecs.secrets names where ECS reads it."
        )
    return found


def _other_roles(facts: Facts) -> Iterator[str]:
    """Yield whose rights new tasks have, where the role of those that run is not taken over."""
    arn = facts.definition.get("TaskRoleArn")
    if not arn or facts.of(TASK):
        return
    then = f"The application has the role {last(arn)}, which is not taken over: new tasks have one of their own, with "
    if facts.wiring.task_role is None:
        yield f"{then}no more rights than [iam] says. The state does not have its policies: write down what they allow."
    else:
        yield f"{then}the rights that [iam] says, which are those that the state has of it."
