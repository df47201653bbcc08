"""Schedules and their groups."""

from __future__ import annotations

from templates.resource_types.record import Grant, Lookup, NotLookedUp, PassedRole, ResourceType, Service, arn

_GROUPS, _SCHEDULES = arn("scheduler", "schedule-group/{any}"), arn("scheduler", "schedule/{any}/*")
_ROLE = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html#setting-up-execution-role"

TYPES = (
    ResourceType(
        type="AWS::Scheduler::Schedule",
        noun="schedule",
        name="Name",
        longest=64,
        ref="name",
        arns={"scheduler:schedule": arn("scheduler", "schedule/{GroupName}/{name}")},
        lookup=NotLookedUp("belongs", "its group is made with it"),
        shown=("ScheduleExpression", "ScheduleExpressionTimezone", "State"),
        replaced="what the old one has missed is not made up for",
        passes=(PassedRole(property="Target.RoleArn", service="scheduler.amazonaws.com", source=_ROLE),),
    ),
    ResourceType(
        type="AWS::Scheduler::ScheduleGroup",
        noun="schedule group",
        name="Name",
        longest=64,
        ref="name",
        arns={
            "scheduler:schedule-group": arn("scheduler", "schedule-group/{name}"),
            # A group is deleted with the schedules that are left in it (DeleteScheduleGroup).
            "scheduler:schedule": arn("scheduler", "schedule/{name}/*"),
        },
        lookup=Lookup(
            properties=("Name",),
            client="scheduler",
            action="scheduler:GetScheduleGroup",
            sid="LookForScheduleGroups",
            on=_GROUPS,
            operation="get_schedule_group",
            parameters={"Name": "{Name}"},
            absent=("ResourceNotFoundException",),
        ),
        shown=("Name",),
    ),
)

SERVICE = Service(
    types=TYPES,
    execution={
        "Service": (
            Grant(
                "Schedules",
                "scheduler",
                "CreateSchedule DeleteSchedule GetSchedule UpdateSchedule",
                on=(_SCHEDULES,),
            ),
            Grant(
                "ScheduleGroups",
                "scheduler",
                "CreateScheduleGroup DeleteScheduleGroup GetScheduleGroup "
                "ListTagsForResource TagResource UntagResource",
                on=(_GROUPS,),
            ),
        )
    },
    drift=(
        Grant("ReadSchedules", "scheduler", "GetSchedule", on=(_SCHEDULES,)),
        Grant("ReadScheduleGroups", "scheduler", "ListTagsForResource", on=(_GROUPS,)),
    ),
)
