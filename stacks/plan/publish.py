"""Publish the templates to the artifact bucket, each under the hash of its content."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code, is_denied
from stacks.cloudformation.bootstrapped import read_bootstrap
from stacks.errors import UserError
from stacks.rendered.names import NESTED_STACK
from stacks.rendered.rendered import ROOT
from templates.bootstrap import DRAFTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from stacks.aws.session import Aws
    from stacks.rendered.rendered import Rendered
    from stacks.settings import Settings

CONNECTIONS = 6
"""Uploads at a time; boto3's default pool holds ten connections."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """The URL of the published root template. `uploaded` counts the templates that were new."""

    template_url: str
    uploaded: int


def artifact_bucket(aws: Aws, settings: Settings) -> str:
    """Return the bucket that the settings name, or the bootstrap stack's.

    Raises UserError if neither exists, or the stack is too old.
    """
    return read_bootstrap(aws, settings).artifact_bucket


def known_bucket(aws: Aws, settings: Settings) -> str:
    """Return the name of the artifact bucket; "" if there is none."""
    try:
        return artifact_bucket(aws, settings)
    except UserError:
        return ""


def publish(aws: Aws, rendered: Rendered, bucket: str, *, draft: bool = False) -> Published:
    """Upload the nested templates, and the root template with their URLs.

    Existing templates are not uploaded again. `draft`: the plan will not be executed. New templates are then written to
    the drafts folder, which no deployment reads, so that a caller who may only plan needs no write access to the
    others; drafts are uploaded each time, because others may write there. Raises UserError if the bucket does not exist
    or belongs to another account.
    """
    existing = _keys(aws, bucket, f"{rendered.stack_name}/")
    key = partial(_key, rendered.stack_name, existing if draft else None)
    root, objects = _with_urls(aws, rendered, bucket, key)
    root_key = key(root)
    objects[root_key] = root
    missing = [key for key in objects if key not in existing]
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        uploads = [pool.submit(_upload, aws, bucket, key, objects[key]) for key in missing]
        for upload in uploads:
            upload.result()
    return Published(template_url=aws.object_url(bucket, root_key), uploaded=len(missing))


def upload_template(aws: Aws, bucket: str, folder: str, text: str) -> str:
    """Upload one template to a folder of the bucket, under the hash of its content, and return its URL."""
    key = f"{folder}{hashlib.sha256(text.encode()).hexdigest()}.template.json"
    _upload(aws, bucket, key, text)
    return aws.object_url(bucket, key)


def publish_texts(aws: Aws, bucket: str, stack_name: str, texts: Iterable[str]) -> tuple[str, ...]:
    """Upload templates that do not refer to each other by file name, and return their keys.

    Existing ones are not uploaded again. Raises UserError as `publish` does.
    """
    existing = _keys(aws, bucket, f"{stack_name}/")
    objects = {_key(stack_name, None, text): text for text in texts}
    for key in objects.keys() - existing:
        _upload(aws, bucket, key, objects[key])
    return tuple(objects)


def text_url(aws: Aws, bucket: str, stack_name: str, text: str) -> str:
    """Return the address at which `publish_texts` has put a template."""
    return aws.object_url(bucket, _key(stack_name, None, text))


def root_template(aws: Aws, rendered: Rendered, bucket: str) -> dict[str, Any]:
    """Return the root template as `publish` uploads it, with the URLs of the nested templates."""
    if bucket not in aws.bucket_regions:
        aws.bucket_regions[bucket] = _region(aws, bucket)
    root, _ = _with_urls(aws, rendered, bucket, partial(_key, rendered.stack_name, None))
    document: dict[str, Any] = json.loads(root)
    return document


def _with_urls(aws: Aws, rendered: Rendered, bucket: str, key: Callable[[str], str]) -> tuple[str, dict[str, str]]:
    """Return the root template with the URLs of the nested templates, and the nested templates by key."""
    children = {name: text for name, text in rendered.templates.items() if name != ROOT}
    keys = {name: key(text) for name, text in children.items()}
    root = _replace_urls(rendered.templates[ROOT], {name: aws.object_url(bucket, key) for name, key in keys.items()})
    return root, {keys[name]: text for name, text in children.items()}


def _keys(aws: Aws, bucket: str, prefix: str) -> set[str]:
    """Return the existing keys: one call for up to a thousand templates.

    Also stores the region of the bucket, which its URLs need. Raises UserError for a bucket of another account: its
    owner could replace the templates.
    """
    pages = aws.s3.get_paginator("list_objects_v2")
    keys: set[str] = set()
    try:
        for page in pages.paginate(Bucket=bucket, Prefix=prefix, ExpectedBucketOwner=aws.account_id):
            keys |= {item["Key"] for item in page.get("Contents", [])}
    except ClientError as error:
        match error_code(error):
            case "AccessDenied":
                why = f"it belongs to another account than {aws.account_id}, or the caller may not list it"
            case "NoSuchBucket":
                why = "there is no such bucket"
            case _:
                raise
        then = "[aws] artifact_bucket names it; left out, it is the bootstrap stack's. Nothing was uploaded."
        raise UserError(f"artifact bucket {bucket}", why, then) from error
    aws.bucket_regions[bucket] = _region(aws, bucket)
    return keys


def _region(aws: Aws, bucket: str) -> str:
    """Return the region of a bucket; the present one if the caller may not ask."""
    try:
        return aws.s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=aws.account_id).get("BucketRegion", aws.region)
    except ClientError as error:
        if not is_denied(error):
            raise
        return aws.region


def _replace_urls(root: str, urls: Mapping[str, str]) -> str:
    """Return the root template with URLs in place of file names."""
    document: dict[str, Any] = json.loads(root)
    for resource in document["Resources"].values():
        if resource["Type"] == NESTED_STACK:
            resource["Properties"]["TemplateURL"] = urls[resource["Properties"]["TemplateURL"]]
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _key(stack_name: str, existing: set[str] | None, text: str) -> str:
    """Return the key of a template; with `existing`, new templates get a key in the drafts folder."""
    key = f"{stack_name}/{hashlib.sha256(text.encode()).hexdigest()}.template.json"
    return key if existing is None or key in existing else f"{DRAFTS}{key}"


def _upload(aws: Aws, bucket: str, key: str, text: str) -> None:
    body, owner = text.encode(), aws.account_id
    aws.s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json", ExpectedBucketOwner=owner)
