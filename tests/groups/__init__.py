"""Conversations of many."""
