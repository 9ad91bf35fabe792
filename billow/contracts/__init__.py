"""With whom and for what: customers, their vendor accounts, subscriptions, changes and seat segments."""
