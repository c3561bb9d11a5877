"""Names in the panel: asked for by agents alone, one place after the other."""

import pytest
from playwright.sync_api import expect
from visit import Visit

pytestmark = pytest.mark.browser

PANEL = "?territoire=iris:001010101"


def test_the_public_is_offered_no_name(desk: Visit) -> None:
    page = desk.open(PANEL)
    expect(page.locator(".places li").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".names-offer")).to_have_count(0)
    assert desk.asked("/practices/people") == []


def test_an_agent_sees_names_by_asking_and_is_told_that_it_is_written_down(desk: Visit) -> None:
    page = desk.page
    page.route("**/api/v1/me", lambda route: route.fulfill(json={"role": "agent", "names": True}))
    places = page.request.get(
        f"{desk.address}/api/v1/practices?profession=medecin_generaliste&within=iris:001010101"
    ).json()["items"]
    hostile = {"given_name": "<i>Ève</i>", "family_name": "FICTIVE", "site_id": places[0]["site_id"]}
    page.route("**/practices/people?*", lambda route: route.fulfill(json={"items": [hostile]}))
    desk.open(PANEL)
    expect(page.locator(".names-offer")).to_contain_text("Chaque lecture est notée")
    assert desk.asked("/practices/people") == []
    page.click(".names-offer button")
    expect(page.locator(f"[data-site='{hostile['site_id']}'] .place-person")).to_have_text(
        "<i>Ève</i> FICTIVE"
    )
    expect(page.locator(".names-offer")).to_have_count(0)
