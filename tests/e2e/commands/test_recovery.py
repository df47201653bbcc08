"""A stack in any state, on the real command line: what is said, what is asked, what an option allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.clouds import until
from tests.support.commands import Project, project

if TYPE_CHECKING:
    from pathlib import Path

    from stacks.plan import Plan
    from tests.support.world import World

STACK = "preto-2-prod"
TIMEOUT = ("--var", "network_idle_timeout=302")
IN_USE = {"step": "delete", "resource": "Vpc", "reason": "it has dependencies"}
UPDATING = {"step": "update", "resource": "LoadBalancer"}
FAILING = {"step": "create", "resource": "LoadBalancer", "reason": "no luck with the load balancer"}


@pytest.fixture
def here(tmp_path: Path, world: World) -> Project:
    """Give a project whose `prod` is in the account of this world."""
    return project(tmp_path, world.account.env)


def state(world: World) -> str:
    """The root's state."""
    return world.states()[STACK]


def rolled_back(world: World) -> None:
    """Let the first deployment fail."""
    world.account.inject_faults(FAILING)
    assert world.execute(world.plan()).state == "ROLLBACK_COMPLETE"
    world.account.inject_faults()


def rollback_failed(world: World) -> None:
    """Let an update fail in the child Network, and its rollback, too."""
    world.deploy()
    world.account.inject_faults(
        {"step": "update", "resource": "LoadBalancer", "reason": "no luck with the load balancer"},
        {"step": "revert", "resource": "LoadBalancer", "reason": "none either on the way back"},
    )
    assert world.execute(world.plan(network={"idle_timeout": 301})).state == "UPDATE_ROLLBACK_FAILED"


def fail_without_rollback(world: World, planned: Plan) -> str:
    """Execute it as somebody who has switched the rollback off, and give the state in which it ends."""
    assert planned.change_set is not None
    change_set = planned.change_set
    world.aws.cloudformation.execute_change_set(ChangeSetName=change_set.change_set_id, DisableRollback=True)
    until(lambda: state(world).endswith("_FAILED"))
    world.account.inject_faults()
    return state(world)


class TestFailedCreation:
    """ROLLBACK_COMPLETE, ROLLBACK_FAILED and CREATE_FAILED: explain, then delete and create anew after a yes."""

    def test_plan_explains_and_changes_nothing(self, here: Project, world: World) -> None:
        """The first failure of the creation, long after it, and what to type."""
        rolled_back(world)
        error = here.fail("plan", "prod")
        assert "its state is ROLLBACK_COMPLETE" in error
        assert "First failure: Network/LoadBalancer" in error
        assert "no luck with the load balancer" in error
        assert "`python build.py deploy prod` offers a way out (--recreate" in error
        assert state(world) == "ROLLBACK_COMPLETE"

    def test_yes_alone_deletes_nothing(self, here: Project, world: World) -> None:
        """A deletion needs its own word where nobody is asked."""
        rolled_back(world)
        assert "--recreate" in here.fail("deploy", "prod", "--yes")
        assert state(world) == "ROLLBACK_COMPLETE"

    def test_recreate_deletes_and_deploys(self, here: Project, world: World) -> None:
        """In one command, unasked."""
        rolled_back(world)
        here.succeed("deploy", "prod", "--yes", "--recreate")
        assert state(world) == "CREATE_COMPLETE"

    def test_a_yes_deletes_and_deploys(self, here: Project, world: World) -> None:
        """The question says why; the plan has its own question afterwards."""
        rolled_back(world)
        done = here.run("deploy", "prod", stdin="recreate\nprod\n")
        assert done.returncode == 0, done.stderr
        assert "no luck with the load balancer" in done.stderr.partition("Type 'recreate'")[0]
        assert state(world) == "CREATE_COMPLETE"

    def test_another_answer_changes_nothing(self, here: Project, world: World) -> None:
        """Only the word itself is a yes."""
        rolled_back(world)
        here.fail("deploy", "prod", stdin="yes\n")
        assert state(world) == "ROLLBACK_COMPLETE"

    def test_a_creation_without_rollback_is_recreated(self, here: Project, world: World) -> None:
        """CREATE_FAILED: somebody has created it with the rollback switched off."""
        planned = world.plan()
        world.account.inject_faults(FAILING)
        assert fail_without_rollback(world, planned) == "CREATE_FAILED"
        here.succeed("deploy", "prod", "--yes", "--recreate")
        assert state(world) == "CREATE_COMPLETE"

    def test_a_rollback_that_failed_is_deleted_too(self, here: Project, world: World) -> None:
        """ROLLBACK_FAILED: what could not be deleted then is deleted now."""
        world.account.inject_faults(FAILING, {"step": "delete", "resource": "Vpc", "reason": "in use"})
        assert world.execute(world.plan()).state == "ROLLBACK_FAILED"
        world.account.inject_faults()
        here.succeed("deploy", "prod", "--yes", "--recreate")
        assert state(world) == "CREATE_COMPLETE"

    def test_deletion_protection_sends_nobody_in_a_circle(self, here: Project, world: World) -> None:
        """After a failed creation it protects nothing, and is lifted; later, `--yes` alone does not lift it."""
        protected = {"deletion_protection": True}
        for words in (("destroy", "prod", "--yes"), ("deploy", "prod", "--yes", "--recreate", "--quiet")):
            world.account.inject_faults({"step": "create", "resource": "Listener", "reason": "no luck"})
            failed = world.execute(world.plan(network=protected))
            assert failed.state == "ROLLBACK_FAILED"
            assert "with --yes, or where nobody is asked: --recreate" in failed.next_step
            world.account.inject_faults()
            here.succeed(*words, *([] if words[0] == "destroy" else ["--var", "network_deletion_protection=true"]))
        assert state(world) == "CREATE_COMPLETE"
        error = here.fail("destroy", "prod", "--yes")
        assert "load balancer Network/LoadBalancer: deletion protection is on" in error
        assert state(world) == "CREATE_COMPLETE"
        done = here.run("destroy", "prod", "--yes", "--lift-protection")
        assert done.returncode == 0, done.stderr
        assert "Network/LoadBalancer has deletion protection, which is lifted first." in done.stderr
        assert STACK not in world.states()

    def test_a_protected_stack_is_not_deleted(self, here: Project, world: World) -> None:
        """The error says how the protection is lifted."""
        rolled_back(world)
        world.aws.cloudformation.update_termination_protection(StackName=STACK, EnableTerminationProtection=True)
        assert "--no-enable-termination-protection" in here.fail("deploy", "prod", "--yes", "--recreate")
        assert state(world) == "ROLLBACK_COMPLETE"


class TestFailedRollback:
    """UPDATE_ROLLBACK_FAILED: retry, or go on without exactly what could not be rolled back."""

    def test_yes_retries_and_goes_on(self, here: Project, world: World) -> None:
        """Once the cause is fixed the rollback is finished, and the deployment goes its normal way."""
        rollback_failed(world)
        world.account.inject_faults()
        here.succeed("deploy", "prod", "--yes", *TIMEOUT)
        assert state(world) == "UPDATE_COMPLETE"

    def test_without_a_mended_cause_yes_gives_up(self, here: Project, world: World) -> None:
        """After one more try, with the name and the reason of what is in the way, and the option that goes on."""
        rollback_failed(world)
        error = here.fail("deploy", "prod", "--yes", "--quiet")
        assert "Network/LoadBalancer" in error.partition("Could not be rolled back:")[2]
        assert "none either on the way back" in error
        assert "--skip-failed" in error
        assert state(world) == "UPDATE_ROLLBACK_FAILED"

    def test_what_failed_is_skipped_by_option(self, here: Project, world: World) -> None:
        """The resource of the child is named as CloudFormation wants it, and the deployment follows."""
        rollback_failed(world)
        world.account.inject_faults(
            {"step": "revert", "resource": "LoadBalancer", "reason": "none either on the way back"}
        )
        here.succeed("deploy", "prod", "--yes", "--skip-failed")
        assert state(world) in {"UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}

    def test_what_failed_is_skipped_after_a_yes(self, here: Project, world: World) -> None:
        """First a retry that fails again, then the other word."""
        rollback_failed(world)
        done = here.run("deploy", "prod", stdin="retry\nskip\nprod\n")
        assert done.returncode == 0, done.stderr
        assert done.stderr.count("Type 'retry' or 'skip'") == 2

    def test_what_was_cancelled_beside_it_is_not_skipped(self, here: Project, world: World) -> None:
        """CloudFormation cancels what is under way when a rollback fails, and refuses to skip it: it is tried again."""
        world.deploy()
        stuck = {"step": "revert", "resource": "LoadBalancer", "reason": "none on the way back"}
        world.account.inject_faults(
            {"step": "update", "resource": "LoadBalancer", "reason": "no luck"},
            {"step": "revert", "resource": "Repository"},
            stuck,
        )
        planned = world.plan(network={"idle_timeout": 301}, ecr={"untagged_expire_days": 13})
        assert world.execute(planned).state == "UPDATE_ROLLBACK_FAILED"
        cancelled = [it for it in world.events if it.reason == "Resource update cancelled"]
        assert "Ecr/Repository" in {it.path for it in cancelled}
        world.account.inject_faults(stuck)
        error = here.fail("plan", "prod")
        assert "Network/LoadBalancer" in error.partition("Could not be rolled back:")[2]
        assert "Ecr/Repository" not in error
        here.succeed("deploy", "prod", "--yes", "--quiet", "--skip-failed")
        assert state(world) in {"UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}


class TestFailedUpdate:
    """UPDATE_FAILED: somebody has updated with the rollback switched off."""

    def test_it_is_rolled_back_and_deployed(self, here: Project, world: World) -> None:
        """After a yes; what was half done is gone."""
        world.deploy()
        planned = world.plan(network={"idle_timeout": 301})
        world.account.inject_faults({"step": "update", "resource": "LoadBalancer", "reason": "no luck"})
        assert fail_without_rollback(world, planned) == "UPDATE_FAILED"
        done = here.run("deploy", "prod", *TIMEOUT, stdin="roll back\nprod\n")
        assert done.returncode == 0, done.stderr
        assert "First failure: Network/LoadBalancer" in done.stderr
        assert state(world) == "UPDATE_COMPLETE"


class TestFailedDeletion:
    """DELETE_FAILED: what is in the way is said; it is deleted again, or left behind by name."""

    def test_it_is_deleted_again(self, here: Project, world: World) -> None:
        """Once nothing is in the way; a failure says what was, and how it is left behind."""
        world.deploy()
        world.account.inject_faults(IN_USE)
        error = here.fail("destroy", "prod", "--yes", "--quiet")
        assert "First failure: Network/Vpc (AWS::EC2::VPC), DELETE_FAILED: it has dependencies" in error
        assert error.endswith("add --retain Network/Vpc\n")
        world.account.inject_faults()
        done = here.run("destroy", "prod", "--yes")
        assert "Network/Vpc" in done.stderr.partition("Could not be deleted:")[2]
        assert done.returncode == 0, done.stderr
        assert STACK not in world.states()

    def test_what_is_in_the_way_is_left_behind(self, here: Project, world: World) -> None:
        """The stacks are gone, and the network is still there."""
        world.deploy()
        world.account.inject_faults(IN_USE)
        assert world.destroy().state == "DELETE_FAILED"
        said = here.succeed("destroy", "prod", "--retain", "Network/Vpc", stdin=f"{STACK}\n")
        assert "Network/Vpc  " in said.partition("Retained, with what is in it:")[2]
        assert set(world.states()) == {"preto-2-bootstrap"}
        assert [vpc for vpc in world.aws.ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]

    def test_nothing_else_is_left_behind(self, here: Project, world: World) -> None:
        """A name that did not fail, or a stack that nobody tried to delete, is an error, and nothing is deleted."""
        world.deploy()
        assert "not what could not be deleted" in here.fail("destroy", "prod", "--yes", "--retain", "Network/Vpc")
        world.account.inject_faults(IN_USE)
        assert world.destroy().state == "DELETE_FAILED"
        assert "It was: Network/Vpc." in here.fail("destroy", "prod", "--yes", "--retain", "Network/LoadBalancer")
        assert state(world) == "DELETE_FAILED"

    def test_what_the_root_has_lost_goes_too(self, here: Project, world: World) -> None:
        """A nested stack that an update could not delete is the root's no more, and is there all the same."""
        world.deploy()
        world.push("v1")
        world.deploy(image_tag="v1")
        world.account.inject_faults({"step": "delete", "resource": "ScalableTarget", "reason": "in use"})
        world.deploy(image_tag="v1", autoscaling={"enabled": False})
        world.account.inject_faults()
        done = here.run("destroy", "prod", "--yes")
        assert done.returncode == 0, done.stderr
        assert "goes with it: an update was to delete it, and could not." in done.stderr
        assert set(world.states()) == {"preto-2-bootstrap"}

    def test_a_deployment_finishes_it_and_creates_anew(self, here: Project, world: World) -> None:
        """After its own word, and with the retained repository in its place again."""
        world.deploy()
        world.account.inject_faults(IN_USE)
        assert world.destroy().state == "DELETE_FAILED"
        assert "--recreate" in here.fail("deploy", "prod", "--yes")
        assert "Network/Vpc" in here.fail("deploy", "prod", "--yes", "--recreate", "--quiet")
        world.account.inject_faults()
        here.succeed("deploy", "prod", "--yes", "--recreate")
        assert state(world) == "CREATE_COMPLETE"


class TestOperationUnderWay:
    """*_IN_PROGRESS: watched to its end, whoever started it; then the command goes on."""

    @pytest.fixture
    def busy(self, world: World) -> World:
        """Give a world in which somebody's update does not end before it is let go."""
        world.deploy()
        planned = world.plan(network={"idle_timeout": 301})
        assert planned.change_set is not None
        world.account.inject_faults(UPDATING)
        world.aws.cloudformation.execute_change_set(ChangeSetName=planned.change_set.change_set_id)
        until(lambda: state(world) == "UPDATE_IN_PROGRESS")
        return world

    def test_plan_refuses(self, here: Project, busy: World) -> None:
        """With the state, and at once."""
        error = here.fail("plan", "prod")
        assert "its state is UPDATE_IN_PROGRESS" in error
        assert "`python build.py deploy prod` offers a way out (--yes waits)" in error
        assert state(busy) == "UPDATE_IN_PROGRESS"

    def test_nobody_to_ask_is_an_error(self, here: Project, busy: World) -> None:
        """Without --yes and without an answer nothing is waited for."""
        assert "nobody answers" in here.fail("deploy", "prod")
        assert state(busy) == "UPDATE_IN_PROGRESS"

    def test_deploy_waits_and_goes_on(self, here: Project, busy: World) -> None:
        """Its own plan is made of the stack as the other deployment has left it."""
        with here.start("deploy", "prod", "--yes", *TIMEOUT) as running:
            heard = running.hear("Network/LoadBalancer  ")
            busy.account.inject_faults()
            code, rest = running.end()
        assert code == 0, heard + rest
        assert state(busy) == "UPDATE_COMPLETE"
        assert "UPDATE_COMPLETE" in rest

    def test_destroy_waits_and_deletes(self, here: Project, busy: World) -> None:
        """After the update has ended; it is never cut off."""
        with here.start("destroy", "prod", "--yes") as running:
            heard = running.hear("Network/LoadBalancer  ")
            busy.account.inject_faults()
            code, rest = running.end()
        assert code == 0, heard + rest
        assert STACK not in busy.states()

    def test_destroy_joins_a_deletion(self, here: Project, world: World) -> None:
        """Somebody has begun it; this one ends with it, and says that it is done."""
        world.deploy()
        world.account.inject_faults({"step": "delete", "resource": "Vpc"})
        world.aws.cloudformation.delete_stack(StackName=STACK)
        until(lambda: state(world) == "DELETE_IN_PROGRESS")
        with here.start("destroy", "prod", "--yes") as running:
            heard = running.hear("resources will be deleted")
            world.account.inject_faults()
            code, rest = running.end()
        assert code == 0, heard + rest
        assert STACK not in world.states()
