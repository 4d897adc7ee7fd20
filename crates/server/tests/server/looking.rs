//! What an agent has before them on one device, as it is told on their others.

use protocol::frame::{DeviceFrame, ServerFrame};
use protocol::ids::ConversationId;
use protocol::status::Goodbye;

use crate::acts::{SECOND, at_work, dealt_with, leave, second_device};
use crate::rig::{House, Stream, new_id};

async fn looked_at(stream: &mut Stream) -> Vec<ConversationId> {
    let told = |frame: &ServerFrame| match frame {
        ServerFrame::LookedAt { conversation_ids } => Some(conversation_ids.clone()),
        _ => None,
    };
    stream.until("what is looked at", told).await
}

#[tokio::test]
async fn a_device_that_said_goodbye_or_fell_silent_looks_at_nothing() {
    for silently in [false, true] {
        let house = House::open().await;
        let anna = house.setup().await;
        let laptop = second_device(&house).await;
        let mut desk = at_work(&house, &anna).await;
        let mut laptop = at_work(&house, &laptop).await;
        let id = new_id(ConversationId);
        let conversation_id = Some(id);
        laptop.say(&DeviceFrame::Looking { conversation_id }).await;
        assert_eq!(looked_at(&mut desk).await, [id]);
        if silently {
            house.clock.advance(20 * SECOND);
            desk.say(&DeviceFrame::Heartbeat).await;
            dealt_with(&mut desk).await;
            house.clock.advance(10 * SECOND);
        } else {
            leave(&mut laptop, Goodbye::Asleep).await;
        }
        // Its connection is as it was.
        assert_eq!(looked_at(&mut desk).await, []);
    }
}
