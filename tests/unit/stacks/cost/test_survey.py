"""What the templates are billed by: each type of theirs, and the quantities of rendered environments."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from stacks.cost import meters
from stacks.cost.amounts import Amount
from stacks.cost.assumptions import Assumptions
from stacks.cost.billed import Free, NoFixedPrice, Use
from stacks.cost.environment import survey_environment
from stacks.cost.survey import survey_tree
from stacks.cost.types import TYPES
from stacks.rendered.tree import Module
from templates.resource_types import TYPES as OF_THE_TEMPLATES
from tests.support.world import rendered, settings

if TYPE_CHECKING:
    from stacks.cost.survey import Survey

START = datetime(2026, 11, 30, tzinfo=UTC)


def survey(given: Assumptions | None = None, **changed: Any) -> Survey:
    """Return the survey of a small Preto-2 with these settings."""
    wanted = settings(**changed)
    return survey_environment(wanted, rendered(wanted), given or Assumptions(), start=START)


def uses(found: Survey, meter: meters.Meter) -> list[Use]:
    """Return the uses of a meter."""
    return [it.item for it in found.items if isinstance(it.item, Use) and it.item.meter == meter]


def used(found: Survey, meter: meters.Meter) -> list[Amount | None]:
    """Return the amounts of a meter."""
    return [it.amount for it in uses(found, meter)]


def expected(found: Survey, meter: meters.Meter) -> Decimal:
    """Return how much is expected of a meter, over all resources."""
    return sum((it.expected for it in used(found, meter) if it is not None), Decimal(0))


def test_no_type_of_the_templates_is_forgotten() -> None:
    """Each is priced, free with a source, or named by its unit."""
    assert not set(OF_THE_TEMPLATES) - set(TYPES)
    assert all(record.source.startswith("https://") for record in TYPES.values() if isinstance(record, Free))


def test_tasks_are_counted_by_their_size_and_the_limits() -> None:
    """A quarter of a vCPU for 730 hours, for one, two and four tasks."""
    found = survey()
    [cpu] = used(found, meters.VCPU)
    assert cpu is not None
    assert cpu == Amount(smallest=Decimal("182.5"), expected=Decimal(365), largest=Decimal(730))
    assert expected(found, meters.MEMORY) == 730
    assert not used(found, meters.STORAGE)


def test_arm_and_disk_have_their_own_prices() -> None:
    """And only the disk above 20 GB is paid for."""
    found = survey(ecs={"architecture": "ARM64", "cpu": 1024, "memory": 2048, "ephemeral_storage": 50})
    assert expected(found, meters.ARM_VCPU) == 2 * 730
    assert expected(found, meters.ARM_MEMORY) == 2 * 2 * 730
    assert expected(found, meters.STORAGE) == 2 * 30 * 730
    assert not used(found, meters.VCPU)


def test_spot_is_counted_apart() -> None:
    """One task on demand, the others on Spot; with a discount that is assumed, at the price on demand."""
    spot: dict[str, Any] = {"ecs": {"cpu": 1024, "memory": 2048, "desired_count": 3, "spot": {}}}
    found = survey(**spot)
    assert expected(found, meters.VCPU) == 730
    assert expected(found, meters.SPOT_VCPU) == 2 * 730
    cheaper = survey(Assumptions(spot_discount=Decimal(60)), **spot)
    assert [it.discount for it in uses(cheaper, meters.VCPU)] == [0, 60]
    assert not used(cheaper, meters.SPOT_VCPU)


def test_without_autoscaling_the_count_is_that_of_the_settings() -> None:
    """Smallest and largest are the same."""
    found = survey(autoscaling={"enabled": False})
    assert found.tasks is not None
    assert found.tasks.all.smallest == found.tasks.all.largest == 2


def test_the_network_is_counted_by_zone() -> None:
    """Addresses of the load balancer in two zones and of the NAT gateway; the S3 endpoint is free."""
    found = survey(Assumptions(gb_nat=Decimal(30)))
    assert expected(found, meters.LOAD_BALANCER) == 730
    assert expected(found, meters.ADDRESS) == 3 * 730
    assert expected(found, meters.NAT) == 730
    assert expected(found, meters.NAT_DATA) == 30
    assert not used(found, meters.ENDPOINT)


def test_interface_endpoints_are_paid_for_in_each_zone() -> None:
    """And share the data that goes through them."""
    found = survey(network={"egress": "endpoints"})
    count = len(used(found, meters.ENDPOINT))
    assert count >= 3
    assert expected(found, meters.ENDPOINT) == count * 2 * 730
    assert expected(found, meters.ENDPOINT_DATA) == 10
    assert not used(found, meters.NAT)


@pytest.mark.parametrize(("requests", "gb", "units"), [(65_700_000, 1, 730), (1000, 1460, 1460)])
def test_capacity_units_follow_the_larger_of_connections_and_data(requests: int, gb: int, units: int) -> None:
    """25 new connections a second, or one GB an hour, are one unit."""
    found = survey(Assumptions(requests=Decimal(requests), gb_out=Decimal(gb)))
    assert expected(found, meters.LCU) == units


def test_logs_are_kept_until_their_retention_is_over() -> None:
    """Three months of 10 GB, before compression."""
    found = survey(Assumptions(log_gb=Decimal(10)), ecs={"log_retention_days": 90})
    assert expected(found, meters.LOGS_IN) == 10
    assert expected(found, meters.LOGS_KEPT) == pytest.approx(Decimal(10) * 90 * 12 / 365)


def test_what_nothing_is_assumed_of_has_no_amount() -> None:
    """The metrics of Container Insights; with a number, it is used."""
    assert used(survey(), meters.METRIC) == [None]
    assert expected(survey(Assumptions(insights_metrics=Decimal(40))), meters.METRIC) == 40


def test_alarms_are_counted_by_their_metrics() -> None:
    """Those that target tracking makes for itself among them."""
    found = survey(monitoring={"alarms": True})
    own = [it for it in found.items if it.type == "AWS::CloudWatch::Alarm"]
    metrics = [it.amount.expected for it in uses(found, meters.ALARM) if it.amount]
    assert len(own) == len(metrics) - 2
    assert sum(metrics) > len(metrics)


def test_an_unknown_type_is_named() -> None:
    """A template of another version can have it; it is not passed over."""
    template = {"Resources": {"Queue": {"Type": "AWS::Odd::Thing", "Properties": {}}}}
    found = survey_tree(Module(template=template, load=lambda _: None), {}, Assumptions(), 1, start=START)
    [item] = found.items
    assert isinstance(item.item, NoFixedPrice)
    assert (item.path, item.item.unit) == ("Queue", "AWS::Odd::Thing")
