"""COMPAT.md, row by row: what users of the earlier Waymark know, and the tests that show it.

A row without a test, a test that is not there, and a variable that nobody speaks of: each fails here.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
COMPAT = ROOT.parent / "shared" / "COMPAT.md"

# The beginning of a row's first cell -> file: tests.
SECTION_1: dict[str, dict[str, str]] = {
    "`@action`": {
        "tests/unit/waymark/test_actions.py": """
            test_what_is_no_async_def_is_refused
            test_a_reloaded_module_registers_its_new_functions
            test_two_functions_of_one_name_are_a_mistake_that_is_told_with_both_places
            test_an_action_may_have_a_name_of_its_own
        """,
        "tests/unit/waymark/compat/test_names.py": """
            test_an_action_is_an_async_def_and_runs_inline_outside_of_a_workflow
        """,
        "tests/unit/waymark/test_policies.py": """
            test_the_policy_of_an_action_holds_where_the_call_says_nothing
        """,
        "tests/unit/waymark/test_typing.py": """
            test_mypy_finds_every_mistake_and_nothing_else
            test_pyright_finds_the_same
        """,
        "tests/unit/runtime/workers/test_providing.py": """
            test_sync_and_async_providers_and_those_of_providers_once_an_attempt
        """,
    },
    "`Workflow`": {
        "tests/unit/waymark/compat/test_names.py": """
            test_a_workflow_has_a_name_and_a_version
            test_a_version_is_the_programs_hash_unless_the_class_says_it
            test_run_blocks_or_gives_the_id_of_the_instance
            test_missing_and_surplus_arguments_are_told_as_cpython_words_it
        """,
        "tests/unit/waymark/test_policies.py": """
            test_a_deadline_ends_the_attempt_under_way
        """,
        "tests/unit/waymark/test_workflow.py": """
            test_a_workflow_draws_itself
        """,
        "tests/unit/waymark/test_handles.py": """
            test_an_id_gives_the_run_that_is_there_or_refuses_or_starts_anew_when_that_has_ended
        """,
    },
    "`@workflow`": {
        "tests/unit/waymark/test_workflow.py": """
            test_a_class_is_compiled_and_registered_where_it_is_defined
            test_two_workflows_of_one_name_are_a_mistake
            test_what_cannot_be_compiled_is_refused_where_it_is_defined_with_all_problems
        """,
    },
    "`RetryPolicy(": {
        "tests/unit/waymark/compat/test_names.py": """
            test_policies_are_frozen_values_with_the_fields_that_users_know
        """,
        "tests/unit/waymark/compat/test_policies.py": """
            test_a_policy_is_any_expression_and_holds_as_it_was_worked_out
            test_a_policy_without_a_number_makes_a_hundred_attempts_after_the_first
        """,
        "tests/unit/waymark/test_policies.py": """
            test_attempts_count_all_executions_and_the_last_error_is_seen
            test_errors_are_meant_by_any_name_of_their_classes
            test_other_errors_are_not_repeated
        """,
    },
    "`BackoffPolicy(": {
        "tests/unit/waymark/compat/test_policies.py": """
            test_pauses_grow_as_the_policy_says_in_the_time_of_the_run
        """,
        "tests/unit/waymark/test_policies.py": """
            test_backoff_is_time_of_the_run
        """,
        "tests/unit/runtime/machines/test_attempts.py": """
            test_pauses_grow_by_the_factor_up_to_the_cap
            test_jitter_shortens_a_pause_by_its_share_at_most_and_always_alike
        """,
    },
    "`timeout=`": {
        "tests/unit/waymark/compat/test_policies.py": """
            test_an_attempt_has_five_minutes_where_nobody_says_otherwise
            test_a_timeout_counts_in_milliseconds_and_is_tried_again_unless_the_policy_names_it
            test_a_lost_worker_is_no_attempt_of_the_policy
            test_a_policy_is_any_expression_and_holds_as_it_was_worked_out
        """,
        "tests/unit/waymark/compat/test_names.py": """
            test_policies_are_frozen_values_with_the_fields_that_users_know
        """,
        "tests/unit/waymark/test_policies.py": """
            test_timeouts_are_counted_where_the_policy_names_them
        """,
    },
    "failure at the call site": {
        "tests/unit/waymark/compat/test_names.py": """
            test_a_failure_is_a_runtime_error_with_the_original_as_its_cause
        """,
        "tests/unit/waymark/test_runs.py": """
            test_a_failure_has_its_cause_and_shows_the_lines_of_the_workflow
        """,
    },
    "`_blocking=False`": {
        "tests/unit/waymark/compat/test_names.py": """
            test_run_blocks_or_gives_the_id_of_the_instance
        """,
    },
    "`schedule_workflow(": {
        "tests/unit/waymark/compat/test_names.py": """
            test_a_workflow_is_scheduled_listed_paused_resumed_and_deleted
        """,
        "tests/unit/waymark/test_schedule.py": """
            test_what_makes_no_sense_is_refused
            test_runs_that_overlap_give_way
            test_registering_again_changes_it_and_keeps_the_next_fire
        """,
    },
    "`pause_schedule / resume_schedule / delete_schedule(": {
        "tests/unit/waymark/test_schedule.py": """
            test_a_paused_schedule_fires_once_when_it_is_resumed_late
            test_a_deleted_schedule_is_listed_only_if_asked_for
            test_a_run_is_started_by_hand
            test_instants_of_the_past_are_filled
        """,
    },
    "`ScheduleInfo`": {
        "tests/unit/waymark/compat/test_names.py": """
            test_a_schedule_says_all_that_users_know
        """,
        "tests/unit/waymark/test_schedule.py": """
            test_what_is_registered_is_shown
            test_an_interval_is_shown_in_seconds
        """,
    },
    "`bridge`": {
        "tests/unit/waymark/compat/test_names.py": """
            test_the_bridge_starts_and_waits
            test_payloads_of_results_and_errors_come_back
        """,
        "tests/unit/waymark/test_handles.py": """
            test_many_are_started_at_once_in_their_order
        """,
    },
    "under pytest": {
        "tests/unit/waymark/test_in_memory.py": """
            test_a_workflow_that_sleeps_two_months_ends_at_once
            test_an_action_that_a_test_replaces_is_the_one_that_runs
            test_where_there_is_no_database
        """,
        "tests/unit/waymark/compat/test_policies.py": """
            test_a_timeout_counts_in_milliseconds_and_is_tried_again_unless_the_policy_names_it
        """,
    },
}

# Variables: all of them are known, and read or reported; what those do that are read.
SECTION_2: dict[str, str] = {
    "tests/unit/runtime/test_variables.py": """
        test_each_variable_of_the_earlier_waymark_is_known
        test_what_is_read_has_a_sentence_and_nothing_else_has
        test_a_variable_without_effect_is_reported_with_the_reason
        test_a_key_that_would_encrypt_nothing_stops_the_start
    """,
    "tests/unit/runtime/test_config.py": """
        test_the_defaults_are_the_documented_ones
        test_every_setting_is_read
        test_a_bad_value_is_named_with_what_the_variable_takes
    """,
    "tests/unit/runtime/workers/test_supervisor.py": """
        test_what_the_environment_says_in_vain_is_said_once
    """,
    "tests/unit/waymark/test_handles.py": """
        test_run_does_not_wait_where_it_is_told_so
    """,
    "tests/unit/waymark/test_in_memory.py": """
        test_where_there_is_no_database
        test_another_value_is_told
    """,
}

SECTION_3: dict[str, str] = {
    "tests/unit/waymark/compat/test_names.py": """
        test_both_spellings_of_the_worker_binary_are_the_command
    """,
    "tests/integration/engine/test_processes.py": """
        test_a_drain_lets_actions_end_and_leaves_the_rest_for_the_next_engine
        test_a_second_signal_does_not_wait
    """,
    "tests/integration/engine/test_worker_lives.py": """
        test_after_so_many_attempts_a_process_is_replaced_and_the_new_one_comes_first
    """,
}


@cache
def defined_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("row", [*SECTION_1, "section 2", "section 3"])
def test_a_row_has_its_tests(row: str) -> None:
    shown = {"section 2": SECTION_2, "section 3": SECTION_3, **SECTION_1}[row]
    missing = [(file, test) for file, tests in shown.items() for test in tests.split() if test not in defined_in(file)]
    assert shown and not missing


def section(number: int) -> str:
    if not COMPAT.is_file():
        pytest.skip("the page of rows is kept beside the repository")
    return COMPAT.read_text(encoding="utf-8").partition(f"\n## {number}. ")[2].partition("\n## ")[0]


def test_no_row_is_left_out() -> None:
    cells = [line.split(" | ")[0].removeprefix("| ") for line in section(1).splitlines() if line.startswith("| ")][1:]
    assert len(cells) >= 13
    rows = {cell: [row for row in SECTION_1 if cell.startswith(row)] for cell in cells}
    assert all(rows.values()), rows
    assert {row for found in rows.values() for row in found} == set(SECTION_1)


def test_no_variable_is_left_out() -> None:
    from waymark.runtime.variables import known

    named = set(re.findall(r"WAYMARK_[A-Z_]+[A-Z]", section(2)))
    assert len(named) > 30
    assert named <= known()
