//! The groups that answer a site.

use protocol::error::ErrorCode;
use protocol::event::Event;
use protocol::ids::GroupId;
use protocol::limits::GROUPS_PER_SITE;
use protocol::model::WhenNobody;
use protocol::rest::{SiteMade, SiteRequest};
use uuid::Uuid;

use crate::rig::{House, refused};

fn request(groups: Vec<GroupId>) -> SiteRequest {
    SiteRequest {
        name: "Shop".into(),
        origins: vec![],
        when_nobody: WhenNobody::Messenger,
        groups,
    }
}

#[tokio::test]
async fn a_site_keeps_its_groups_in_the_order_that_visitors_choose_from() {
    let house = House::open().await;
    let anna = house.setup().await;
    let one = house.group(&anna, &[&anna]).await;
    let two = house.group(&anna, &[]).await;
    let site = house.site(&anna, WhenNobody::Messenger).await;
    let mut stream = house.listen(&anna).await;
    let path = format!("/api/v1/sites/{site}");
    house
        .put(&path, &anna.token, &request(vec![two, one, two]))
        .await;
    let told = stream.next_event().await.event;
    let Event::SiteChanged { site: told } = told else {
        panic!("{told:?}")
    };
    assert_eq!(told.groups, [two, one], "each once");
    assert_eq!(house.snapshot(&anna).await.sites[0].groups, [two, one]);
    let house = house.restart(1_000).await;
    assert_eq!(house.snapshot(&anna).await.sites[0].groups, [two, one]);
}

#[tokio::test]
async fn a_site_names_only_groups_that_are_there_and_not_too_many() {
    let house = House::open().await;
    let anna = house.setup().await;
    let made = house.group(&anna, &[]).await;
    let unknown = |number| GroupId(Uuid::from_u128(number));
    let post = async |groups| {
        let token = Some(anna.token.as_str());
        house
            .post::<SiteMade>("/api/v1/sites", token, &request(groups))
            .await
    };
    refused(post(vec![made, unknown(1)]).await, ErrorCode::NotFound);
    let many = (0..=GROUPS_PER_SITE as u128).map(unknown).collect();
    refused(post(many).await, ErrorCode::TooLarge);
    assert!(house.snapshot(&anna).await.sites.is_empty());
}
