//! `kill -9` at any moment: what was said to be saved is there.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command as Process, Stdio};

use cache::Cache;
use protocol::body::Body;
use protocol::command::{Command, CommandRequest};
use protocol::ids::{Instant, Seq};

use crate::world::{KEY, Stored, World, chat, client};

const PATH: &str = "PORCHLIGHT_TEST_CACHE";

/// Not a test of its own: the process that the test below kills. Without a path it does nothing.
#[test]
#[ignore = "run by the test below"]
fn writes_until_it_is_killed() {
    let Some(path) = std::env::var_os(PATH).map(PathBuf::from) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let cache = Cache::open(&path, &KEY).await.unwrap();
        for number in 0.. {
            let request = CommandRequest {
                client_id: client(number),
                command: Command::Reply {
                    conversation_id: chat(1),
                    body: Body::from_plain(&format!("reply {number}")),
                    seen_through: Seq(2),
                },
            };
            cache.enqueue(&request, Instant(1)).await.unwrap();
            println!("\nsaved {number}");
        }
    });
}

#[tokio::test]
async fn what_was_saved_outlives_a_kill() {
    let mut world = World::new();
    world.opens(1, None);
    let mut stored = Stored::of(&world).await;
    let mut before = 0;
    for lines in [1, 7, 20] {
        stored.close().await;
        let mut process = Process::new(std::env::current_exe().unwrap())
            .args([
                "crash::writes_until_it_is_killed",
                "--exact",
                "--ignored",
                "--nocapture",
            ])
            .env(PATH, stored.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let mut saved = 0;
        let wanted = before + lines;
        for line in output.lines() {
            if let Some(number) = line.unwrap().strip_prefix("saved ") {
                saved = number.parse::<usize>().unwrap() + 1;
                if saved >= wanted {
                    // The process is in the middle of the next one.
                    process.kill().unwrap();
                    break;
                }
            }
        }
        process.wait().unwrap();
        assert!(saved >= wanted, "it was to be killed, not to end");
        stored = stored.reopened().await;
        let open = stored
            .cache
            .conversation(chat(1), 50)
            .await
            .unwrap()
            .unwrap();
        let texts: Vec<_> = open
            .messages
            .iter()
            .skip(1)
            .map(|message| message.body.plain_text())
            .collect();
        assert!(texts.len() >= saved, "{} of {saved} are there", texts.len());
        let wanted: Vec<_> = (0..texts.len())
            .map(|number| format!("reply {number}"))
            .collect();
        assert_eq!(texts, wanted, "each once, in order");
        before = texts.len();
    }
    stored.close().await;
}

#[tokio::test]
async fn work_that_is_given_up_halfway_is_done_wholly_or_not_at_all() {
    let mut world = World::new();
    world.opens(1, None);
    let stored = Stored::of(&world).await;
    let mut done = 0;
    for turns in 0..400 {
        let request = CommandRequest {
            client_id: client(turns),
            command: Command::Reply {
                conversation_id: chat(1),
                body: Body::from_plain("either or"),
                seen_through: Seq(2),
            },
        };
        stored.cache.save_draft(chat(1), "either or").await.unwrap();
        let mut work = Box::pin(stored.cache.enqueue(&request, Instant(1)));
        for _ in 0..turns {
            tokio::select! {
                biased;
                result = &mut work => {
                    result.unwrap();
                    break;
                }
                () = tokio::task::yield_now() => {}
            }
        }
        drop(work);
        // A commit that was under way goes on; whoever writes next comes after it.
        stored.cache.close_intents(&[], Instant(1)).await.unwrap();
        let open = stored
            .cache
            .conversation(chat(1), 1)
            .await
            .unwrap()
            .unwrap();
        let kept = open
            .messages
            .iter()
            .any(|message| message.client_id == request.client_id);
        assert_eq!(
            open.draft.is_empty(),
            kept,
            "the draft went with the reply, after {turns} turns"
        );
        done += usize::from(kept);
    }
    assert!(done < 400, "the first was given up before it began");
    assert_eq!(
        stored.cache.unsent_count().await.unwrap(),
        u32::try_from(done).unwrap()
    );
    stored.close().await;
}
