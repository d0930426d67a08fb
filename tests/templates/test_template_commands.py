"""The template commands as people use them."""

import json
from hashlib import sha256

import pytest
from ruamel.yaml import YAML

from tests.commands.conftest import run, told
from tests.commands.test_without_server import tape

__all__ = ["run", "tape"]

GENTLE = "en/gentle/email.txt"


def test_check_names_all_problems_at_once(run, folder):
    assert run("template", "check", "--folder", folder).exit_code == 0
    for page in (GENTLE, "en/options/email.txt"):
        path = folder / page
        path.write_text(path.read_text("utf-8") + "Or go to jail.\n", "utf-8")
    said = run("template", "check", "--folder", folder)
    assert said.exit_code == 1
    for page, line in ((GENTLE, 13), ("en/options/email.txt", 19)):
        assert f"templates/{page}:{line}: 'jail' may not be said. (CN-PROH-01)" in said.stderr
        assert f"templates/{page}:1: nobody approved the text" in said.stderr
    listed = json.loads(run("template", "check", "--folder", folder, "--json").stdout)["problems"]
    assert [p["rule"] for p in listed] == ["template-not-approved", "CN-PROH-01"] * 2


def test_approve_writes_the_new_digest_and_leaves_the_rest(run, folder):
    path, heads = folder / GENTLE, folder / "approved.yaml"
    before = YAML(typ="safe").load(heads)
    path.write_text(path.read_text("utf-8").replace("It is easy", "It is so easy"), "utf-8")
    done = told(run("template", "approve", "gentle", "--by", "Li Na", "--folder", folder, "--json"))
    after = YAML(typ="safe").load(heads)
    assert list(done["approved"]) == [GENTLE]
    assert after["approved"].pop(GENTLE)["by"] == "Li Na"
    before["approved"].pop(GENTLE)
    assert after == before
    assert heads.read_text("utf-8").startswith("# What each notice is")
    assert run("template", "check", "--folder", folder).exit_code == 0


def test_a_threat_is_not_approved(run, folder):
    path = folder / GENTLE
    path.write_text(path.read_text("utf-8") + "Or go to jail.\n", "utf-8")
    said = run("template", "approve", "gentle", "--by", "Li Na", "--folder", folder)
    assert said.exit_code == 1
    assert "CN-PROH-01" in said.stderr
    assert run("template", "approve", "nothing", "--folder", folder).exit_code == 2


def test_a_sample_is_shown_as_it_would_be_sent(run):
    shown = told(run("template", "preview", "gentle", "--locale", "en", "--json"))
    text = f"{shown['subject']}\n\n{shown['text']}"
    assert shown["sha256"] == sha256(text.encode()).hexdigest()
    assert "Alexandrina" in text
    plain = run("template", "preview", "gentle", "--locale", "en")
    assert plain.stdout == f"Subject: {text}\n"
    assert shown["version"] in plain.stderr


def test_a_changed_text_can_be_read_before_it_is_approved(run, folder):
    path = folder / GENTLE
    path.write_text(path.read_text("utf-8").replace("It is easy", "It is so easy"), "utf-8")
    said = run("template", "preview", "gentle", "--locale", "en", "--folder", folder)
    assert said.exit_code == 1
    assert "It is so easy" in said.stdout
    assert "nobody has approved this version" in said.stderr


def test_a_loan_of_the_ledger_is_shown_with_its_own_figures(run, tape):
    run("tape", *tape)
    shown = told(run("template", "preview", "gentle", "--loan", "L1", "--json"))
    assert "Dear P b1" in shown["text"]
    assert "CN¥400.00" in shown["text"]
    assert run("template", "preview", "gentle", "--loan", "L9").exit_code == 1


@pytest.mark.parametrize(
    "asked", [("promise_broken",), ("validation_notice", "--channel", "letter")]
)
def test_what_would_not_be_sent_is_not_shown(run, tape, asked):
    run("tape", *tape)
    said = run("template", "preview", *asked, "--loan", "L1")
    assert said.exit_code == 1
    assert "It would not be sent: templates/en/" in said.stderr
    assert not said.stdout
