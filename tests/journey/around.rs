//! What calls an agent beside notifications, against the real things: a sound server without a loudspeaker,
//! a session bus on which launchers listen.

use std::collections::HashMap;

use agent::ports::{Badge as _, Clip, Sound as _, Volume, Waiting};
use futures_util::StreamExt as _;
use porchlight::adapters::badge::linux::LauncherBadge;
use porchlight::adapters::sound::Loudspeaker;
use testkit::wait;
use zbus::OwnedVariant;

use crate::adapters::on_a_desktop;
use crate::notices::without_a_daemon;

#[test]
fn launchers_are_told_how_many_wait_and_nothing_is_left() {
    on_a_desktop(
        "around::launchers_are_told_how_many_wait_and_nothing_is_left",
        without_a_daemon(),
        async |outer| {
            outer.tells("listening").await;
            let badge = LauncherBadge::default();
            agent::conformance::badge(&badge).await;
            let shown = Waiting {
                count: 2,
                missed: true,
            };
            badge.show(shown).await;
            outer.say("shown");
            // A launcher forgets who has left the bus.
            outer.tells("heard").await;
            badge.show(Waiting::default()).await;
            outer.tells("end").await;
        },
        async |desktop, mut inner| {
            let rule = zbus::MatchRule::builder()
                .msg_type(zbus::message::Type::Signal)
                .interface("com.canonical.Unity.LauncherEntry")
                .member("Update")
                .build()
                .expect("a rule");
            let mut updates = zbus::MessageStream::for_match_rule(rule, desktop.bus(), None)
                .await
                .expect("a stream");
            inner.tell("listening").await;
            let mut until = async |wanted: (i64, bool, bool)| {
                let heard = async {
                    while let Some(Ok(message)) = updates.next().await {
                        let update = message.body();
                        type Update = (String, HashMap<String, OwnedVariant>);
                        let (app, shown): Update = update.deserialize().expect("an update");
                        assert_eq!(app, "application://Porchlight.desktop");
                        let flag =
                            |name: &str| bool::try_from(shown[name].clone()).expect("a flag");
                        let count = i64::try_from(shown["count"].clone()).expect("a number");
                        if (count, flag("count-visible"), flag("urgent")) == wanted {
                            return;
                        }
                    }
                };
                let heard = tokio::time::timeout(wait::LIMIT, heard).await;
                assert!(heard.is_ok(), "{wanted:?} is not told");
            };
            inner.says("shown").await;
            until((2, true, true)).await;
            inner.tell("heard").await;
            until((0, false, false)).await;
            inner.tell("end").await;
            inner.ends_well().await;
        },
    );
}

#[test]
fn each_clip_is_played_into_a_sound_server_without_a_loudspeaker() {
    on_a_desktop(
        "around::each_clip_is_played_into_a_sound_server_without_a_loudspeaker",
        without_a_daemon(),
        async |outer| {
            outer.tells("server").await;
            let speaker = Loudspeaker::default();
            for clip in Clip::ALL {
                speaker.play(clip, Volume(80)).await.expect("played");
            }
            outer.say("played");
            outer.tells("heard").await;
            agent::conformance::sound(&speaker).await;
        },
        async |desktop, mut inner| {
            let mut server = desktop.command("pulseaudio");
            server.args([
                "-n",
                "--daemonize=no",
                "--exit-idle-time=-1",
                "--disable-shm=yes",
            ]);
            server.args([
                "--use-pid-file=no",
                "-L",
                "module-null-sink sink_name=nowhere",
            ]);
            server.args(["-L", "module-native-protocol-unix auth-anonymous=1"]);
            let server = desktop
                .spawn("pulseaudio", &mut server)
                .expect("pulseaudio");
            let ask = |what: &[&str]| {
                let mut command = desktop.command("pactl");
                let said = command.args(what).output().expect("pactl");
                String::from_utf8_lossy(&said.stdout).into_owned()
            };
            wait::until("the sound server", async || {
                ask(&["list", "short", "sinks"])
                    .contains("nowhere")
                    .then_some(())
            })
            .await
            .unwrap_or_else(|error| panic!("{error}: {}", server.output()));
            // What the sink is given is heard by its monitor.
            let record = desktop.home().join("heard.raw");
            let mut recorder = desktop.command("parec");
            recorder.args(["--device=nowhere.monitor", "--raw", "--format=s16le"]);
            recorder.args(["--channels=1", "--rate=48000", "--latency-msec=20"]);
            recorder.arg(&record);
            let _recorder = desktop.spawn("parec", &mut recorder).expect("parec");
            wait::until("the recorder to listen", async || {
                std::fs::metadata(&record)
                    .is_ok_and(|it| it.len() > 0)
                    .then_some(())
            })
            .await
            .expect("it listens");
            inner.tell("server").await;
            inner.says("played").await;
            let heard = wait::until("a sound that is one", async || {
                let bytes = std::fs::read(&record).ok()?;
                let samples = bytes
                    .chunks_exact(2)
                    .map(|it| i16::from_le_bytes([it[0], it[1]]));
                samples.max().filter(|loudest| *loudest > 4_000)
            });
            heard.await.expect("it is heard");
            inner.tell("heard").await;
            inner.ends_well().await;
        },
    );
}
