"""Sign-in at the load balancer: only users of an identity provider reach the application."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from troposphere.elasticloadbalancingv2 import (
    AuthenticateCognitoConfig,
    AuthenticateOidcConfig,
    ListenerRuleAction,
    ListenerRuleAuthenticateOidcConfig,
)

from templates.arns import SecretArn
from templates.network import paths
from templates.section import Allowed, Section

if TYPE_CHECKING:
    from troposphere.elasticloadbalancingv2 import Action

COGNITO = ("user_pool_arn", "user_pool_client_id", "user_pool_domain")
OIDC = (
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "user_info_endpoint",
    "client_id",
    "client_secret_arn",
)

Url = Annotated[
    str,
    Field(pattern=r"^https://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[\x21-\x7e]*)?$", max_length=1024),
    Allowed("a URL in quotes that starts with https://"),
]
Word = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,128}$"), Allowed("1 to 128 characters in quotes, no spaces")]


class SignIn(Section):
    """`[network.sign_in]`: users sign in with Amazon Cognito or with another provider of OpenID Connect."""

    user_pool_arn: Annotated[
        str | None,
        Field(pattern=r"^arn:aws(?:-us-gov)?:cognito-idp:[a-z0-9-]+:[0-9]{12}:userpool/[\w-]+$"),
        Allowed("the ARN of a Cognito user pool in quotes (there are none in China)"),
    ] = None
    """Cognito: the user pool."""
    user_pool_client_id: Annotated[
        str | None, Field(pattern=r"^[A-Za-z0-9_]{1,128}$"), Allowed("the id of an app client in quotes")
    ] = None
    """Cognito: the pool's app client, which has a secret and allows the code grant."""
    user_pool_domain: Annotated[
        str | None,
        Field(pattern=r"^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$"),
        Allowed("a domain prefix or name in quotes"),
    ] = None
    """Cognito: the domain of the pool's sign-in page, its prefix alone where it is Cognito's own."""
    issuer: Url | None = None
    """OpenID Connect: who issues the tokens."""
    authorization_endpoint: Url | None = None
    """OpenID Connect: where users sign in."""
    token_endpoint: Url | None = None
    """OpenID Connect: where the load balancer gets tokens."""
    user_info_endpoint: Url | None = None
    """OpenID Connect: where the load balancer asks who a user is."""
    client_id: Word | None = None
    """OpenID Connect: the application's id at the provider."""
    client_secret_arn: SecretArn | None = None
    """OpenID Connect: the secret that holds the client secret. CloudFormation reads it; no template has it."""
    client_secret_key: Annotated[
        str | None, Field(pattern=r"^[A-Za-z0-9_.-]{1,128}$"), Allowed("the name of a key in quotes")
    ] = None
    """Key of the client secret where the secret is a JSON object; left out, the secret is the text itself."""
    scope: Annotated[
        str, Field(pattern=r"^[\x21-\x7e]+(?: [\x21-\x7e]+)*$", max_length=512), Allowed("words in quotes")
    ] = "openid"
    """What is asked of the provider, `openid` among it; separated by spaces."""
    session_timeout: Annotated[int, Field(ge=1, le=604800)] = 28800
    """Seconds after which a user signs in again; 8 hours are a working day."""

    @model_validator(mode="after")
    def _one_provider(self) -> Self:
        cognito = [key for key in COGNITO if getattr(self, key) is not None]
        oidc = [key for key in OIDC if getattr(self, key) is not None]
        if cognito and oidc:
            raise PydanticCustomError(
                "provider",
                "{key} is for OpenID Connect, {other} for Cognito: there is one provider",
                {"key": oidc[0], "with": (cognito[0],), "other": cognito[0]},
            )
        wanted = COGNITO if cognito else OIDC
        if missing := [key for key in wanted if getattr(self, key) is None]:
            others = tuple(key for key in (*COGNITO, *OIDC) if key != missing[0])
            either = "" if len(missing) < len(wanted) else f", or {', '.join(COGNITO)}"
            raise PydanticCustomError(
                "provider",
                "sign-in needs {all}{either}",
                {"key": missing[0], "with": others, "all": ", ".join(wanted), "either": either},
            )
        if cognito and self.client_secret_key is not None:
            raise PydanticCustomError(
                "provider",
                "is for OpenID Connect, {other} for Cognito: with Cognito the load balancer reads the secret itself",
                {"key": "client_secret_key", "with": (cognito[0],), "other": cognito[0]},
            )
        return self

    @model_validator(mode="after")
    def _asks_for_openid(self) -> Self:
        if "openid" not in self.scope.split(" "):
            raise PydanticCustomError("scope", "openid must be one of the words", {"key": "scope"})
        return self


def authenticate(sign_in: SignIn, kind: type[Action | ListenerRuleAction]) -> Action | ListenerRuleAction:
    """Return an action of this class that requires sign-in before the next action."""
    in_rule = issubclass(kind, ListenerRuleAction)
    common = {
        "Scope": sign_in.scope,
        "OnUnauthenticatedRequest": "authenticate",
        # A number in a rule, text in a listener: as in the resource schemas.
        "SessionTimeout": sign_in.session_timeout if in_rule else str(sign_in.session_timeout),
    }
    if sign_in.user_pool_arn is not None:
        pool = AuthenticateCognitoConfig(
            UserPoolArn=sign_in.user_pool_arn,
            UserPoolClientId=sign_in.user_pool_client_id,
            UserPoolDomain=sign_in.user_pool_domain,
            **common,
        )
        return kind(Type="authenticate-cognito", Order=1, AuthenticateCognitoConfig=pool)
    provider = (ListenerRuleAuthenticateOidcConfig if in_rule else AuthenticateOidcConfig)(
        Issuer=sign_in.issuer,
        AuthorizationEndpoint=sign_in.authorization_endpoint,
        TokenEndpoint=sign_in.token_endpoint,
        UserInfoEndpoint=sign_in.user_info_endpoint,
        ClientId=sign_in.client_id,
        ClientSecret=_client_secret(sign_in),
        **common,
    )
    return kind(Type="authenticate-oidc", Order=1, AuthenticateOidcConfig=provider)


def refuse_pattern(path: str) -> None:
    """Raise PydanticCustomError if a rule that excepts the path of the health checks would match other paths, too."""
    if not re.fullmatch(f"[{paths.LITERAL_CHARACTERS}]{{1,{paths.MAX_PATH}}}", path):
        raise PydanticCustomError(
            "health_path",
            "sign-in excepts this path: at most {longest} characters, no query, and no wildcard",
            {
                "key": "network.health_check_path",
                "with": ("network.sign_in", "network.base_url_path", "app.framework"),
                "longest": paths.MAX_PATH,
            },
        )


def _client_secret(sign_in: SignIn) -> str:
    """Return a dynamic reference: CloudFormation reads the secret when it creates the listener, and never shows it."""
    key = f":SecretString:{sign_in.client_secret_key}" if sign_in.client_secret_key else ""
    return f"{{{{resolve:secretsmanager:{sign_in.client_secret_arn}{key}}}}}"
