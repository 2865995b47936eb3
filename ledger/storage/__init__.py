"""The log in a database: schema, transactions, SQLite and PostgreSQL, and logs in memory."""
