"""The sign-in side: discovery, the page where a person says yes, and the token address."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.microsoft.cloud import Cloud
from sandbox.microsoft.tokens import Refused


def add_login(door: Blueprint, cloud: Cloud) -> None:
    """Put the sign-in addresses of every tenant on the blueprint."""

    @door.get("/<tenant>/v2.0/.well-known/openid-configuration")
    def discover(tenant: str) -> Response:
        """Say where to sign in."""
        return jsonify(_configuration(tenant, request.host_url))

    @door.get("/<tenant>/oauth2/v2.0/authorize")
    def ask(tenant: str) -> AnyResponse | str | tuple[str, int]:
        """Show who can sign in; a login_hint signs in at once unless an account is to be chosen."""
        asked = request.args.to_dict()
        if wrong := _wrong_request(asked, cloud.settings.redirect_hosts):
            return render_template("microsoft/wrong.html", wrong=wrong), 400
        hint = asked.get("login_hint", "")
        if hint and asked.get("prompt") != "select_account":
            return _approve(cloud, hint, asked)
        return render_template("microsoft/authorize.html", tenant=tenant, asked=asked, people=cloud.people.known())

    @door.post("/<tenant>/oauth2/v2.0/authorize")
    def decide(tenant: str) -> AnyResponse | str | tuple[str, int]:
        """Sign the chosen person in, or send the refusal back."""
        asked = request.form.to_dict()
        if wrong := _wrong_request(asked, cloud.settings.redirect_hosts):
            return render_template("microsoft/wrong.html", wrong=wrong), 400
        if chosen := asked.get("mailbox"):
            return _approve(cloud, chosen, asked)
        refusal = {"error": "access_denied", "error_description": "AADSTS65004: User declined to consent."}
        return _send_back(asked, refusal)

    @door.post("/<tenant>/oauth2/v2.0/token")
    def give_token(tenant: str) -> tuple[Response, int]:
        """Exchange a code, a refresh token or the application's own secret for tokens."""
        try:
            return jsonify(_exchange(cloud, request.form.to_dict())), 200
        except Refused as refused:
            return jsonify(_refusal(refused, cloud)), 401 if refused.error == "invalid_client" else 400


def _configuration(tenant: str, here: str) -> dict[str, Any]:
    # A browser is sent here; a client keeps Microsoft's name, as MSAL takes no token address without TLS.
    return {
        "issuer": f"https://login.microsoftonline.com/{tenant}/v2.0",
        "authorization_endpoint": f"{here}{tenant}/oauth2/v2.0/authorize",
        "token_endpoint": f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
    }


def _wrong_request(asked: dict[str, str], redirect_hosts: tuple[str, ...]) -> str | None:
    if asked.get("response_type") != "code":
        return "AADSTS700016: response_type must be code."
    if not asked.get("client_id"):
        return "AADSTS900144: The request must contain client_id."
    if urlsplit(asked.get("redirect_uri", "")).hostname not in redirect_hosts:
        return "AADSTS50011: The redirect address is not one of those registered."
    if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
        return "AADSTS501491: code_challenge_method must be S256."
    return None


def _approve(cloud: Cloud, address: str, asked: dict[str, str]) -> AnyResponse | str:
    person = cloud.people.find(address)
    cloud.people.remember(person)
    return _send_back(asked, {"code": cloud.tokens.issue_code(person.address, asked)})


def _send_back(asked: dict[str, str], answer: dict[str, str]) -> AnyResponse | str:
    answer = {**answer, **({"state": asked["state"]} if "state" in asked else {})}
    if asked.get("response_mode") == "form_post":
        return render_template("microsoft/form_post.html", address=asked["redirect_uri"], answer=answer)
    joint = "&" if urlsplit(asked["redirect_uri"]).query else "?"
    return redirect(f"{asked['redirect_uri']}{joint}{urlencode(answer)}")


def _exchange(cloud: Cloud, form: dict[str, str]) -> dict[str, Any]:
    client_id, kind = form.get("client_id", ""), form.get("grant_type")
    cloud.tokens.check_secret(form, required=kind == "client_credentials")
    if kind == "authorization_code":
        asked = cloud.tokens.redeem_code(form)
        person = cloud.people.find(asked["address"])
        return cloud.tokens.issue_for_person(person, client_id=client_id, scope=asked["scope"], nonce=asked["nonce"])
    if kind == "refresh_token":
        if cloud.behaviours.use_up("microsoft", "refuse_refresh_next"):
            raise Refused("interaction_required", number=50076, text="The user must sign in again.")
        kept = cloud.tokens.redeem_refresh(form)
        person = cloud.people.find(kept["address"])
        return cloud.tokens.issue_for_person(person, client_id=client_id, scope=form.get("scope") or kept["scope"])
    if kind == "client_credentials":
        return cloud.tokens.issue_for_application(client_id)
    raise Refused("unsupported_grant_type", number=70003, text="The grant type is not supported.")


def _refusal(refused: Refused, cloud: Cloud) -> dict[str, Any]:
    return {
        "error": refused.error,
        "error_description": f"AADSTS{refused.number}: {refused.text}",
        "error_codes": [refused.number],
        "timestamp": cloud.clock.now().strftime("%Y-%m-%d %H:%M:%SZ"),
    }
