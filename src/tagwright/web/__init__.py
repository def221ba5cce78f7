"""The REST door: routes say what is asked in one sentence, flows do it. See `app.make_app`."""
