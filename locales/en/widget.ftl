# The visitor widget. Simple messages, variables and plurals only: they become a plain table at build time.
chat-with = Chat with { $workspace }
open = Open the chat
open-unread = { $count ->
    [one] Open the chat, { $count } unread message
   *[other] Open the chat, { $count } unread messages
}
close = Close the chat

# Head
we-are-in = We are in.
we-reply-later = We reply later
nobody-in = Nobody is in right now.
nobody-in-group = Nobody from { $group } is in right now.
no-connection = No connection right now.
and-others = { $names } and others

# Who is to answer
who-answers = Who should answer?
anyone = Anyone
group-online = online
group-away = nobody in right now

# Messages
messages = Messages
hello-live = How can we help?
hello-later = Leave us a message. The answer comes here.
you = You
sending = Sending
sent = Sent, { $time }
by-at = { $name }, { $time }
is-writing = { $name } is writing
cannot-show = This message cannot be shown here.
not-sent = Not sent.
try-again = Try again
remove = Remove
refused-too-large = It is too long.
refused-rate-limited = That was a lot at once. Please wait a moment.
refused-other = The server did not take it.

# Writing
your-message = Your message
write-message = Write a message
send = Send
too-long = { $count } of { $limit } characters. Please shorten it, or send it in parts.
too-many-paragraphs = This has too many paragraphs. Please send it in parts.
offline = No connection. What you write is sent as soon as it is back.
reload = The chat was updated. Please reload the page.

# E-mail address
email-label = E-mail address for our reply
email-save = Save
email-saving = Saving
email-stored = We can reach you at { $email }.
email-change = Change
email-incomplete = Please enter a whole address, like name@example.org.
email-domain = Please check the part after the @.
email-refused = The address was not accepted. Please check it.
