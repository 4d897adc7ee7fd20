//! Cases, one for each sentence about attention.

use protocol::limits::MISSED_AFTER_MS;
use protocol::model::MissedBecause::{self, Absence, Silence};
use protocol::status::Status::{self, Busy, Invisible, Offline, Online};

use crate::street::{AGENTS, Act, EMPTY, FULL, MEMBERS, Street, tell};
use Act::{Assign, Becomes, Close, Comment, Group, Leave, Reopen, Reply, Restart, Step, Write};

const RED: Option<MissedBecause> = Some(Silence);
const ALONE: Option<MissedBecause> = Some(Absence);
const OVER: Option<MissedBecause> = None;

/// The dot in the five minutes that the story takes.
#[track_caller]
fn expect(story: &[(i64, Act)], dots: &[(i64, Option<MissedBecause>)]) {
    assert_eq!(tell(story, 300), dots, "{story:#?}");
}

/// Everybody is Offline.
fn all(status: Status) -> impl Iterator<Item = (i64, Act)> {
    AGENTS.map(|it| (0, Becomes(it, status))).into_iter()
}

fn with(first: impl Iterator<Item = (i64, Act)>, then: &[(i64, Act)]) -> Vec<(i64, Act)> {
    first.chain(then.iter().cloned()).collect()
}

#[test]
fn thirty_seconds_without_a_reply_make_it_red_and_a_reply_ends_it() {
    assert_eq!(MISSED_AFTER_MS, 30_000);
    expect(&[(10, Write)], &[(40, RED)]);
    expect(&[(10, Write), (39, Reply(1))], &[]);
    expect(&[(10, Write), (95, Reply(1))], &[(40, RED), (95, OVER)]);
}

#[test]
fn a_second_message_does_not_restart_the_clock_but_the_first_one_after_a_reply_starts_it() {
    expect(&[(10, Write), (25, Write), (39, Write)], &[(40, RED)]);
    expect(&[(10, Write), (20, Reply(1)), (30, Write)], &[(60, RED)]);
    expect(
        &[(10, Write), (50, Reply(1)), (50, Write), (60, Write)],
        &[(40, RED), (50, OVER), (80, RED)],
    );
}

#[test]
fn a_comment_is_no_reply() {
    expect(&[(10, Write), (20, Comment(1))], &[(40, RED)]);
    expect(&[(10, Write), (50, Comment(1))], &[(40, RED)]);
}

#[test]
fn closing_ends_it_and_a_message_that_reopens_begins_anew() {
    expect(&[(10, Write), (50, Close)], &[(40, RED), (50, OVER)]);
    expect(&[(10, Write), (20, Close)], &[]);
    expect(&[(10, Write), (20, Close), (30, Reopen)], &[]);
    let anew = [(10, Write), (50, Close), (60, Write)];
    expect(&anew, &[(40, RED), (50, OVER), (90, RED)]);
}

#[test]
fn who_counts_as_there_is_this_table() {
    for (status, dots) in [
        (Online, [(30, RED)]),
        (Busy, [(30, RED)]),
        (Invisible, [(30, RED)]),
        (Offline, [(0, ALONE)]),
    ] {
        // Assigned to one, while the others are of the opposite mind.
        let others = if status == Offline { Online } else { Offline };
        let mut story = vec![(0, Write), (0, Reply(3))];
        story.extend([1, 2, 4].map(|it| (0, Becomes(it, others))));
        story.extend([(0, Becomes(3, status)), (0, Write)]);
        expect(&story, &dots);
        // Nobody is assigned: all are asked.
        expect(&with(all(status), &[(0, Write)]), &dots);
        // In a group: its members are asked, and nobody else.
        let mut story: Vec<_> = all(others).collect();
        story.extend(MEMBERS.map(|it| (0, Becomes(it, status))));
        story.extend([(0, Group(Some(FULL))), (0, Write)]);
        expect(&story, &dots);
    }
}

#[test]
fn one_of_several_is_enough_and_the_last_one_who_goes_turns_it_red_at_once() {
    let story = [
        (0, Write),
        (0, Reply(1)),
        (0, Assign(vec![1, 2])),
        (0, Becomes(1, Offline)),
        (5, Write),
        (12, Becomes(2, Offline)),
    ];
    expect(&story[..5], &[(35, RED)]);
    expect(&story, &[(12, ALONE)]);
}

#[test]
fn a_group_without_members_has_nobody_there() {
    expect(&[(0, Group(Some(EMPTY))), (3, Write)], &[(3, ALONE)]);
    expect(&[(3, Write), (9, Group(Some(EMPTY)))], &[(9, ALONE)]);
}

#[test]
fn nobody_is_missed_who_does_not_wait() {
    expect(&with(all(Offline), &[]), &[]);
    let answered = [(0, Write), (5, Reply(1)), (9, Becomes(1, Offline))];
    expect(&answered, &[]);
}

#[test]
fn return_clears_absence_and_starts_the_clock_again_but_does_not_clear_silence() {
    let alone = with(all(Offline), &[(10, Write), (100, Becomes(2, Online))]);
    expect(&alone, &[(10, ALONE), (100, OVER), (130, RED)]);
    let back = [
        (10, Write),
        (50, Becomes(1, Offline)),
        (60, Becomes(1, Online)),
    ];
    expect(&back, &[(40, RED)]);
    let all_back = [(10, Write)].into_iter();
    let all_back = all_back.chain(AGENTS.map(|it| (50, Becomes(it, Offline))));
    let all_back: Vec<_> = all_back.chain([(60, Becomes(1, Online))]).collect();
    expect(&all_back, &[(40, RED)]);
}

#[test]
fn coming_back_invisible_or_busy_is_coming_back() {
    for status in [Busy, Invisible] {
        let alone = with(all(Offline), &[(10, Write), (100, Becomes(2, status))]);
        expect(&alone, &[(10, ALONE), (100, OVER), (130, RED)]);
    }
}

#[test]
fn only_who_could_answer_clears_absence() {
    let story = [
        (0, Write),
        (0, Reply(1)),
        (0, Becomes(1, Offline)),
        (0, Becomes(2, Offline)),
        (5, Write),
        (20, Becomes(2, Online)),
        (60, Becomes(1, Online)),
    ];
    expect(&story, &[(5, ALONE), (60, OVER), (90, RED)]);
}

#[test]
fn going_and_coming_beside_others_does_not_put_the_clock_off() {
    let story = [
        (10, Write),
        (20, Becomes(2, Offline)),
        (35, Becomes(2, Online)),
    ];
    expect(&story, &[(40, RED)]);
}

#[test]
fn assignment_starts_the_clock_again_but_clears_nothing() {
    expect(&[(10, Write), (35, Assign(vec![2]))], &[(65, RED)]);
    expect(&[(10, Write), (35, Group(Some(FULL)))], &[(65, RED)]);
    expect(&[(10, Write), (50, Assign(vec![2]))], &[(40, RED)]);
    let alone = with(
        all(Offline),
        &[
            (0, Becomes(3, Online)),
            (10, Group(Some(FULL))),
            (10, Write),
            (40, Assign(vec![3])),
        ],
    );
    expect(&alone, &[(10, ALONE)]);
    let gone = [
        (10, Becomes(2, Offline)),
        (10, Write),
        (35, Assign(vec![2])),
    ];
    expect(&gone, &[(35, ALONE)]);
}

#[test]
fn who_is_left_out_or_leaves_is_no_assignment() {
    let story = [
        (0, Write),
        (0, Reply(1)),
        (0, Assign(vec![1, 2])),
        (10, Write),
    ];
    let with = |act: Act| {
        let mut story = story.to_vec();
        story.push((30, act));
        story
    };
    expect(&with(Assign(vec![2])), &[(40, RED)]);
    expect(&with(Leave(1)), &[(40, RED)]);
    expect(&with(Assign(vec![1, 2, 3])), &[(60, RED)]);
    // Somebody answers it: which group it is in is not a question of who answers.
    expect(&with(Group(Some(FULL))), &[(40, RED)]);
}

#[test]
fn a_restart_changes_nothing() {
    expect(&[(10, Write), (30, Restart(0))], &[(40, RED)]);
    expect(&[(10, Write), (25, Restart(5))], &[(40, RED)]);
    expect(&[(10, Write), (30, Restart(60))], &[(90, RED)]);
    expect(&[(10, Write), (50, Restart(9))], &[(40, RED)]);
    let assigned = [(10, Write), (30, Assign(vec![2])), (50, Restart(1))];
    expect(&assigned, &[(60, RED)]);
    let alone = with(
        all(Offline),
        &[
            (10, Write),
            (20, Restart(1)),
            (50, Becomes(2, Online)),
            (60, Restart(1)),
        ],
    );
    expect(&alone, &[(10, ALONE), (50, OVER), (80, RED)]);
}

#[test]
fn a_step_of_the_wall_clock_changes_nothing() {
    for seconds in [3_600, -3_600, 25, -25] {
        expect(&[(10, Write), (20, Step(seconds))], &[(40, RED)]);
        let twice = [(10, Write), (20, Step(seconds)), (25, Write)];
        expect(&twice, &[(40, RED)]);
    }
}

#[test]
fn what_was_due_while_the_server_was_down_is_dated_when_it_was_due() {
    let mut street = Street::new();
    street.act(&Write);
    let began = street.now.wall;
    street.pass_to(10);
    street.act(&Restart(600));
    let missed = street.conversation.missed.unwrap();
    assert_eq!(
        (missed.since, missed.because),
        (began.plus(30_000), Silence)
    );
}
