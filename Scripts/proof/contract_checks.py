"""What schemathesis can't know of a request that the schema allows: whether its shapes fit together, and its numbers into float32.

In place of its check `positive_data_acceptance`: such a request may be refused with 422, for what it means, but not as malformed."""

import schemathesis


@schemathesis.check
def refused_for_its_meaning_only(context, response, case):
    if not case.meta or not case.meta.generation.mode.is_positive or response.status_code in (200, 422):
        return
    beyond_float32 = response.status_code == 400 and response.json().get("expected") == "a magnitude of at most 3.4028235e+38"
    assert beyond_float32, f"A request that the schema allows is answered {response.status_code}: {response.text}"
