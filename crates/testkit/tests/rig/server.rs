//! The workspace server as a process of its own.

use testkit::process::ServerProcess;

#[tokio::test]
async fn a_server_that_was_killed_comes_back_where_it_was_with_what_it_knew() {
    let scratch = tempfile::tempdir().unwrap();
    let mut server = ServerProcess::start(scratch.path(), &[]).await.unwrap();
    let url = server.url();
    let admin = server
        .set_up("Lamps", "Ada", "ada@example.com")
        .await
        .unwrap();
    server.kill();
    server.restart().await.unwrap();
    assert_eq!(server.url(), url, "a client finds it at the same address");
    let again = server.sign_in("ada@example.com", "second").await.unwrap();
    assert_eq!(again.agent_id, admin.agent_id, "and it knows the agent");
    server.stop().await.unwrap();
}
