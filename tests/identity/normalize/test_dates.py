

def test_people_of_earlier_centuries_have_birth_dates_too() -> None:
    assert date("1630-08-01") == "1630-08-01"
