"""Plans that bear interest: lived through to the end, paid off early, broken, and agreed anew."""


def test_a_plan_with_interest_is_over_when_the_debt_and_its_interest_are_paid(story):
    case = story("""
        owed 300.00 CNY, strategy standard
        day  2 <- accepts offer of 3 instalments from day 15 every 30 days at 12 percent
        day  2 -> email plan_agreed
        .. stage watch_plan
        day 14 <- pays 101.00
        day 44 <- pays 101.00
        .. waits for instalment 3 of 3
        day 75 <- pays 100.98
        .. plan: completed
        == cured on day 75
    """)
    assert case.outstanding() == 0
    assert sum(part.amount_minor for part in case.plan.interest) == 298


def test_what_was_paid_without_the_interest_does_not_end_the_plan(story):
    case = story("""
        owed 300.00 CNY, strategy standard
        day  2 <- accepts offer of 3 instalments from day 15 every 30 days at 12 percent
        day  2 -> email plan_agreed
        day 14 <- pays 101.00
        day 46 <- pays 199.00
        .. stage watch_plan
        day 60 .. stage watch_plan
        day 61 <- pays 1.99
        .. plan: cured
        == cured on day 61
    """)
    assert case.outstanding() == 0


def test_who_pays_it_off_early_pays_no_interest_for_the_time_after(story):
    case = story("""
        owed 300.00 CNY, strategy standard
        day  2 <- accepts offer of 3 instalments from day 15 every 30 days at 12 percent
        day  2 -> email plan_agreed
        day 14 <- pays 101.00
        day 20 <- pays 199.00
        .. plan: cured
        == cured on day 20
    """)
    assert (case.outstanding(), case.plan_interest) == (0, [])


def test_a_plan_that_is_not_kept_leaves_the_interest_that_was_due(story):
    case = story("""
        owed 300.00 CNY, strategy standard
        day  2 <- accepts offer of 3 instalments from day 15 every 30 days at 12 percent
        day  2 -> email plan_agreed
        day 19 -> email instalment_missed
        day 49 -> email instalment_missed
        .. plan: defaulted
        .. stage negotiate
    """)
    assert case.outstanding() == 30_000 + 199
    assert [part.amount_minor for part in case.plan_interest] == [199]


def test_interest_is_agreed_on_in_an_offer_and_in_nothing_else(story):
    story("""
        owed 300.00 CNY, strategy standard
        day  2 <- accepts offer of 3 instalments from day 15 every 30 days at 6 percent
        day  2 -> email plan_agreed
        day 16 <- accepts offer of 2 instalments from day 40 every 30 days at 12 percent
        .. plan: replaced
        day 16 -> email plan_agreed
        day 40 <- pays 150.75
        day 70 <- pays 150.73
        == cured on day 70
    """)


def test_in_breathing_space_the_plan_earns_nothing_and_its_last_instalment_is_smaller(story):
    """UK-BS-01: of two months with interest, 1.99 and 0.99, the first is all on hold."""
    case = story("""
        owed 300.00 CNY, strategy standard
        day  2 <- accepts offer of 3 instalments from day 15 every 30 days at 12 percent
        day  2 -> email plan_agreed
        day 14 <- pays 101.00
        day 15 <- hold moratorium until day 45
        .. plan: accepts-1-1: interest now 0.99 CNY
        day 44 <- pays 101.00
        day 75 <- pays 98.99
        .. plan: completed
        == cured on day 75
    """)
    assert (case.outstanding(), sum(part.amount_minor for part in case.plan_interest)) == (0, 99)
