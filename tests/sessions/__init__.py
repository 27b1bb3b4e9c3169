"""Tests of the whole program: real processes, real terminals."""
