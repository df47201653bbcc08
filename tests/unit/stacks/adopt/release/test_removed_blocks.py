"""The file of `removed` blocks has exactly what Terraform and OpenTofu take there."""

from stacks.adopt.release.removed_blocks import configured_address, has_removed_blocks, removed_blocks

RELEASED = ("module.ecs.aws_ecs_service.this", "module.autoscaling[0].aws_appautoscaling_target.this")


def test_a_block_destroys_nothing() -> None:
    """Terraform forgets the resource, and leaves it as it is."""
    found = removed_blocks(RELEASED[:1], (), is_opentofu=False)
    assert found.blocks == (
        "removed {\n  from = module.ecs.aws_ecs_service.this\n\n  lifecycle {\n    destroy = false\n  }\n}\n"
    )


def test_a_block_names_no_instance() -> None:
    """Terraform refuses keys in `from`: one block stands for all instances of a resource."""
    found = removed_blocks(['aws_iam_role.it["a"]', 'aws_iam_role.it["b.c]"]', RELEASED[1]], (), is_opentofu=False)
    assert [line for line in found.blocks.splitlines() if "from" in line] == [
        "  from = aws_iam_role.it",
        "  from = module.autoscaling.aws_appautoscaling_target.this",
    ]
    assert found.apart == ()


def test_instances_beside_others_that_stay_have_no_block() -> None:
    """Of a resource of which some instances stay, the others can only be removed by `state rm`."""
    found = removed_blocks(["aws_lb.it[0]", *RELEASED], ["aws_lb.it[1]"], is_opentofu=False)
    assert "aws_lb" not in found.blocks
    assert found.apart == ("aws_lb.it[0]",)


def test_opentofu_has_no_lifecycle_there() -> None:
    """OpenTofu before 1.10 refuses it, and none of its versions destroys without it."""
    assert removed_blocks(RELEASED[:1], (), is_opentofu=True).blocks == (
        "removed {\n  from = module.ecs.aws_ecs_service.this\n}\n"
    )


def test_versions_before_1_7_have_no_blocks() -> None:
    """Terraform 1.6 does not know them; a version that is not known may."""
    assert [has_removed_blocks(it) for it in ("0.12.31", "1.6.6", "1.7.0", "1.11.4", "")] == [
        False, False, True, True, True,
    ]  # fmt: skip


def test_keys_of_modules_and_resources_go() -> None:
    """Also keys with brackets, dots and quotes in them."""
    assert configured_address(r'module.a["x].y\"["].module.b[3].aws_lb.it["z"]') == "module.a.module.b.aws_lb.it"
