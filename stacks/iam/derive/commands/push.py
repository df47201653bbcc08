"""The calls of `push`: its own, and those of the container engine, with the password that it is given.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
"""

from __future__ import annotations

from stacks.iam.derive.calls import NOTHING, PUSHED, calls_of

_UPLOAD = "the engine uploads the image"

CALLS = calls_of(
    "push",
    ("ecr:GetAuthorizationToken", NOTHING, "the password with which the engine logs in"),
    ("ecr:DescribeRepositories", PUSHED, "where the image has to be"),
    ("ecr:DescribeImages", PUSHED, "whether the tag is there already, and the digest of what was pushed"),
    ("ecr:BatchGetImage", PUSHED, "which commit and architecture an image with the same tag has"),
    ("ecr:GetDownloadUrlForLayer", PUSHED, "the same, of a single image"),
    ("ecr:BatchCheckLayerAvailability", PUSHED, "which layers are there already"),
    ("ecr:InitiateLayerUpload", PUSHED, _UPLOAD),
    ("ecr:UploadLayerPart", PUSHED, _UPLOAD),
    ("ecr:CompleteLayerUpload", PUSHED, _UPLOAD),
    ("ecr:PutImage", PUSHED, _UPLOAD),
)
