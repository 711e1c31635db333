"""Claims to events, facts, conflicts and alerts: pure functions of a set of testimony, in any order."""
