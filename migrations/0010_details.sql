-- What an article has beside the fields that most articles have (`ArticleDetails`): its picture, its data as an episode of a
-- podcast, its rights, its place, the pages that it refers to.
alter table texts add column details text not null default '{}' check (json_valid(details));

-- What the document of a source says about itself as a podcast (`Show`); null if it is none.
alter table sources add column feed_show text check (feed_show is null or json_valid(feed_show));
