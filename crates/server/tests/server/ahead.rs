//! The countdown before a drop by idle.

use protocol::frame::ServerFrame;
use protocol::status::{Activity, AgentSettings, IdleDelay, Reason, Status};

use crate::acts::{
    MINUTE, SECOND, at_work, claim, dealt_with, own, own_in, pass, pick, report, second_device,
    set_own, set_workspace, workspace_settings,
};
use crate::rig::{House, Stream};

const NINE_MINUTES: Activity = Activity::Idle { for_ms: 540_000 };

async fn soon(stream: &mut Stream) -> u64 {
    stream
        .until("the countdown", |frame| match frame {
            ServerFrame::IdleSoon { in_ms } => Some(*in_ms),
            _ => None,
        })
        .await
}

async fn over(stream: &mut Stream) {
    let is_it = |frame: &ServerFrame| (*frame == ServerFrame::IdleOver).then_some(());
    stream.until("the countdown's end", is_it).await;
}

fn counted(said: &[ServerFrame]) -> usize {
    let is_it = |frame: &&ServerFrame| {
        matches!(frame, ServerFrame::IdleSoon { .. } | ServerFrame::IdleOver)
    };
    said.iter().filter(is_it).count()
}

#[tokio::test]
async fn half_a_minute_before_the_drop_the_devices_hear_of_it_and_its_end() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    report(&mut stream, NINE_MINUTES).await;
    dealt_with(&mut stream).await;
    let said = pass(&house, &mut stream, 30 * SECOND - 1).await;
    assert_eq!(counted(&said), 0);
    house.clock.advance(1);
    assert_eq!(soon(&mut stream).await, 30_000);
    let said = pass(&house, &mut stream, 30 * SECOND - 1).await;
    assert_eq!(said, [], "said once");
    house.clock.advance(1);
    let told = own(&mut stream).await;
    assert_eq!(told.presence.status, Status::Offline);
    assert!(matches!(told.presence.reason, Reason::Idle { .. }));
    over(&mut stream).await;
}

#[tokio::test]
async fn input_on_any_device_ends_the_countdown_on_all() {
    let house = House::open().await;
    let anna = house.setup().await;
    let laptop = second_device(&house).await;
    let mut desk = at_work(&house, &anna).await;
    let mut other = at_work(&house, &laptop).await;
    report(&mut desk, NINE_MINUTES).await;
    report(&mut other, Activity::Idle { for_ms: 545_000 }).await;
    dealt_with(&mut desk).await;
    dealt_with(&mut other).await;
    house.clock.advance(29 * SECOND);
    for stream in [&mut desk, &mut other] {
        stream.say(&protocol::frame::DeviceFrame::Heartbeat).await;
        assert_eq!(counted(&dealt_with(stream).await), 0);
    }
    house.clock.advance(SECOND);
    assert_eq!(soon(&mut desk).await, 30_000, "whoever moved last counts");
    assert_eq!(soon(&mut other).await, 30_000);
    report(&mut other, Activity::Active).await;
    over(&mut desk).await;
    over(&mut other).await;
    let said = pass(&house, &mut other, 2 * MINUTE).await;
    assert_eq!(said, [], "no drop, no countdown");
}

#[tokio::test]
async fn a_device_that_comes_during_the_countdown_learns_what_is_left_of_it() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut desk = at_work(&house, &anna).await;
    report(&mut desk, Activity::Idle { for_ms: 575_000 }).await;
    assert_eq!(soon(&mut desk).await, 25_000);
    house.clock.advance(5 * SECOND);
    let laptop = second_device(&house).await;
    let mut other = house.listen(&laptop).await;
    claim(&mut other, Activity::Locked { for_ms: 60_000 }).await;
    assert_eq!(soon(&mut other).await, 20_000);
    assert_eq!(counted(&dealt_with(&mut desk).await), 0);
}

#[tokio::test]
async fn what_would_change_nothing_is_not_announced() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    pick(&mut stream, Status::Offline).await;
    report(&mut stream, NINE_MINUTES).await;
    dealt_with(&mut stream).await;
    let said = pass(&house, &mut stream, MINUTE).await;
    assert_eq!(counted(&said), 0, "Offline by hand");
    pick(&mut stream, Status::Online).await;
    report(&mut stream, Activity::Active).await;
    dealt_with(&mut stream).await;
    let off = AgentSettings {
        idle: IdleDelay::Off,
        ..AgentSettings::default()
    };
    set_own(&house, &anna, &off).await;
    report(&mut stream, NINE_MINUTES).await;
    dealt_with(&mut stream).await;
    let said = pass(&house, &mut stream, 5 * MINUTE).await;
    assert_eq!(counted(&said), 0, "idle does not count");
    let online = house.snapshot(&anna).await.presence.status;
    assert_eq!(online, Status::Online);
}

#[tokio::test]
async fn ones_own_idle_delay_goes_before_the_workspaces() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    let own_delay = AgentSettings {
        idle: IdleDelay::Minutes { minutes: 1 },
        ..AgentSettings::default()
    };
    set_own(&house, &anna, &own_delay).await;
    report(&mut stream, Activity::Idle { for_ms: 30_000 }).await;
    assert_eq!(soon(&mut stream).await, 30_000);
    let mut settings = workspace_settings();
    settings.idle_minutes = None;
    set_workspace(&house, &anna, &settings).await;
    house.clock.advance(20 * SECOND);
    stream.say(&protocol::frame::DeviceFrame::Heartbeat).await;
    let said = dealt_with(&mut stream).await;
    assert_eq!(counted(&said), 0);
    set_own(&house, &anna, &AgentSettings::default()).await;
    over(&mut stream).await;
    let said = pass(&house, &mut stream, 5 * MINUTE).await;
    assert_eq!(said.iter().filter_map(own_in).count(), 0);
}

#[tokio::test]
async fn the_clock_of_the_machine_wakes_the_server_when_a_drop_is_due() {
    let house = House::in_real_time().await;
    let anna = house.setup().await;
    let mut stream = at_work(&house, &anna).await;
    let own_delay = AgentSettings {
        idle: IdleDelay::Minutes { minutes: 1 },
        ..AgentSettings::default()
    };
    set_own(&house, &anna, &own_delay).await;
    report(&mut stream, Activity::Idle { for_ms: 59_000 }).await;
    assert!(soon(&mut stream).await <= 1_000);
    let told = own(&mut stream).await;
    assert_eq!(told.presence.status, Status::Offline);
    over(&mut stream).await;
}
