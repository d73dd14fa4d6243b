# Every sentence people read, in English. Copy this file to texts/en.ftl in your own folder (BGM_CONFIG) and keep only
# what you change. { $name } is filled in by the shop. No chat's own markup (asterisks, backticks): every chat shows
# these sentences as they are.

### General

length-seconds = { $seconds } s

### Errors: what a person reads when something does not work

error-unexpected = Something went wrong on our side. Nothing was lost; please try again in a moment.
error-bad-input = The shop cannot use that. Please check it and try again.
error-bad-setting = The settings need attention: { $problems }
error-not-allowed = That is not yours to do.
error-not-found = There is nothing there (any more).
error-outside = A service the shop depends on did not answer as it should. Please try again later.
error-try-later = That service is busy right now. Please try again in a few minutes.
error-refused = That service refused. The shop's owner has to look at it.
error-unreachable = You cannot be written to just now. Please allow direct messages from this server.
error-too-large = That file is too large for this chat.
error-engine = The music could not be made this time.
error-no-weights = There are no weights in { $folder }. Fetch them with: bgm engines pull
error-neural-extra = The engine { $engine } needs more software: pip install "bgm-kiosk[neural]".
error-unknown-mood = “{ $value }” is not on the menu of moods. There are: { $choices }.
error-unknown-style = “{ $value }” is not on the menu of styles. There are: { $choices }.
error-unknown-purpose = “{ $value }” is not on the menu of purposes. There are: { $choices }.
error-unknown-tier = There is no licence tier “{ $value }” (any more). There are: { $choices }.
error-unknown-extra = The extra “{ $value }” cannot be had (any more). There are: { $choices }.
error-coupon-unknown = There is no coupon “{ $code }”. Please check how it is written.
error-coupon-ended = The coupon { $code } has ended.
error-coupon-used = The coupon { $code } has been used up.
error-coupon-mine = You have used the coupon { $code } already.
error-coupon-currency = The coupon { $code } only counts for prices in { $currency }.
error-coupon-minimum = The coupon { $code } counts from { $minimum } on.
error-credit-gone = Your credit was used by another order a moment ago. Please look at the price again.
error-no-sample = No sample can be played right now. Please try again in a minute.
error-unknown-instrument = The shop has no instrument called “{ $value }”. It has: { $choices }.
error-instruments-many = { $count } instruments are too many for one piece; name at most { $limit }.
error-length-range = { $value } seconds is out of reach: a piece lasts from { $shortest } to { $longest } seconds.
error-length-unreadable = “{ $value }” does not read as a length. Write it like 45, 1:30 or 2 min.
error-tempo = “{ $value }” is not a tempo the shop can play. Write a number from { $slowest } to { $fastest } (beats per minute).
error-imitation = The shop makes music of its own and imitates nobody, so please leave out “{ $name }”. Describe the sound instead: mood, instruments, tempo (“wistful piano with slow strings, 70 BPM”).
error-key = “{ $value }” does not read as a key. Write it like C, F# minor or Bb major.
error-details-long = Your description has { $length } characters; at most { $limit } fit. Please shorten it.
error-no-price = The shop has no price for this purpose yet. Please choose another, or write to the shop's owner.
error-certificate-unknown = This shop issued no certificate { $number }.
error-no-order = There is no order { $order }.
error-not-your-order = That order belongs to somebody else.
error-operators-only = Only the shop's operator may do that.
error-review-only = Orders of other people are only shown in the review channel or in a direct message. Please use the command there.
error-outdated-control = This button is from an earlier version of the shop. Type /orders to see your orders, or /bgm to begin one.
error-form-late = The form took too long to open. Please press the button once more.
error-not-refundable = Order { $order } is “{ $state }”; there is no payment to send back.
error-no-refund = Order { $order } is “{ $state }”; there is no payment to send back.
error-no-retry = Order { $order } is “{ $state }”; there is nothing to try again.

### Commands: names stay as they are, these are the descriptions (at most 100 characters)

command-bgm = Order background music made for your video, stream or game
command-bgm-mood = How it should feel; leave it out to choose from a list
command-bgm-length = How long: 45, 1:30, 2 min
command-bgm-purpose = What you need it for; this decides the licence
command-bgm-details = Anything else, or the whole wish in one sentence
command-orders = Your orders: pay, follow, download again, order once more
command-verify = Check whether a licence certificate is real
command-verify-certificate = The number on the certificate, like BGM-XXXXX-XXXXX
command-verify-file = A file to compare; it must be the original, not a converted copy
command-help = How this shop works
command-terms = What you buy, and when you get your money back
command-privacy = What the shop remembers about you
command-shop = For the shop's operator
command-shop-stats = The figures of the last days, as pictures
command-shop-option-days = How many days back, 1 to 366
command-shop-today = What is open, what waits for your ears, what today has brought
command-shop-order = Everything about one order
command-shop-refund = Send an order's money back
command-shop-retry = Try again what failed
command-shop-pause = Take no new orders for a while
command-shop-resume = Take new orders again
command-shop-option-order = The order's number
command-shop-option-words = What buyers read meanwhile

### Command and option names as each language's menu shows them (lower case, no spaces, at most 32 characters)

name-bgm = bgm
name-orders = orders
name-verify = verify
name-help = help
name-terms = terms
name-privacy = privacy
name-shop = shop
name-stats = stats
name-days = days
name-today = today
name-order = order
name-refund = refund
name-retry = retry
name-pause = pause
name-resume = resume
name-mood = mood
name-length = length
name-purpose = purpose
name-details = details
name-certificate = certificate
name-file = file
name-words = words

### Moods and purposes: the emoji beside each; one that is missing is simply not shown

emoji-mood-calm = 🌿
emoji-mood-warm = 🧣
emoji-mood-hopeful = 🌱
emoji-mood-happy = 😊
emoji-mood-playful = 🎈
emoji-mood-romantic = 💕
emoji-mood-nostalgic = 📷
emoji-mood-melancholic = 🍂
emoji-mood-dreamy = 💭
emoji-mood-mysterious = 🔮
emoji-mood-tense = ⏳
emoji-mood-dark = 🌑
emoji-mood-epic = 🏔️
emoji-mood-heroic = 🛡️
emoji-mood-energetic = ⚡
emoji-mood-aggressive = 🔥
emoji-mood-funky = 🕺
emoji-mood-chill = 🛋️
emoji-mood-corporate = 💼
emoji-mood-inspirational = 🌅
emoji-mood-festive = 🎉
emoji-mood-sleepy = 😴
emoji-mood-focus = 🎯
emoji-mood-horror = 👻
emoji-mood-confident = 😎
emoji-mood-wonder = 🌌
emoji-purpose-youtube = ▶️
emoji-purpose-vlog = 🤳
emoji-purpose-shorts = 📱
emoji-purpose-podcast = 🎙️
emoji-purpose-stream = 📡
emoji-purpose-ad = 📣
emoji-purpose-game = 🎮
emoji-purpose-film = 🎬
emoji-purpose-store = 🛍️
emoji-purpose-study = 📚

### What was asked for: labels of the answers

asked-title = { $mood } · { $length } · { $purpose }
asked-mood = Mood
asked-seconds = Length
asked-purpose = Purpose
asked-style = Style
asked-tempo-bpm = Tempo
asked-key = Key
asked-wanted = With
asked-unwanted = Without
asked-loop = Loop
asked-loop-yes = Yes, the end runs into the beginning
asked-details = In your words
asked-tier = Licence tier
asked-extras = Extras
extra-stems = Stems
extra-midi = MIDI
extra-revisions = More revisions
extra-exclusive = Exclusive

### Prices

price-line = { $what }: { $amount }
price-total = Total { $amount }
price-length = Music, { $length }
price-purpose = Licence for { $purpose }
price-loop = Seamless loop
price-coupon = Coupon { $code }
price-credit = Your credit
price-bundle = { $pieces } pieces for the price of { $pay }
price-tier = Licence tier { $tier }
price-stems = Stems (every instrument as a file)
price-midi = MIDI (the notes)
price-revisions = Further free revisions
price-exclusive = Exclusive to you
price-revision = Revision

### The order dialogue

dialogue-step = { $number } of { $of } · { $title }
dialogue-back = Back
dialogue-cancel = Cancel
dialogue-to-summary = To the summary
dialogue-dropped = Nothing was ordered
dialogue-again = Type /bgm whenever you like.
dialogue-outdated = This order has moved on
dialogue-understood =
    I read this from your words; change whatever is not right:
    { $found }
dialogue-resume-title = You have an unfinished order
dialogue-resume = Would you like to go on where you were?
dialogue-resume-go = Go on
dialogue-resume-new = Start anew
list-part = { $what } ({ $first } – { $last })
mood-title = How should it feel?
mood-text = Pick what comes closest. You can describe the rest in a moment.
mood-placeholder = Mood
length-title = How long should it be?
length-text = Exactly that long: anything from { $shortest } to { $longest }.
length-other = Another length
length-field = Length
length-example = 45, 1:30, 2 min
purpose-title = What do you need it for?
purpose-text = The purpose decides your licence, the loudness and how the piece ends.
purpose-placeholder = Purpose
details-title = Anything else?
details-text = A style, a loop, or a few words about the scene. All of it is optional.
details-write = Describe it
details-loop-on = Loop: yes
details-loop-off = Loop: no
details-go = Go on
details-skip = Skip
details-form-title = Your wishes
details-any-style = Whatever fits the mood
style-placeholder = Style
details-words = In your own words
details-words-example = Rain on a window, a slow walk home; keep it simple enough to talk over.
details-tempo = Tempo (beats per minute)
details-tempo-example = 90
details-key = Key
details-key-example = D minor
details-wanted = Instruments you want
details-wanted-example = piano, cello
details-unwanted = Instruments you do not want
details-unwanted-example = drums

### The summary before paying

summary-title = Your order
summary-text = Is everything as you want it?
summary-price = Price
summary-licence = Your licence
summary-ai = Made by AI
summary-ai-text = This music is composed by software ({ $engine }) and chosen by a person. The file and the licence say so.
engine-composer = the shop's own composer
summary-consent = Before you pay
summary-consent-text = { $shop } starts composing for you as soon as you have paid, and a person listens before anything is sent; if nobody has approved a take within { $hours } hours, your money comes back by itself. By pressing the pay button you agree to what is written here and to /terms.
summary-withdrawal = Your right to withdraw
summary-withdrawal-text = The music is made to your order and delivered digitally. You ask for work on it to begin as soon as you have paid, and you agree that with its delivery you lose any right to withdraw or be refunded for a change of mind.
summary-confirm = Agree and pay { $amount }
summary-change = Change an answer
summary-change-mood = Mood
summary-change-length = Length
summary-change-purpose = Purpose
summary-change-details = Wishes
summary-price-changed = The price has changed since you saw it. Please look again.
summary-tier = Licence tier
summary-region = Where you live (decides your rights)
region-kr = Korea
region-eu = European Union / EEA
region-uk = United Kingdom
region-other = Somewhere else
summary-extra-on = ✓ { $extra } ({ $amount })
summary-extra-off = + { $extra } ({ $amount })
summary-bundle-button = { $pieces } for { $pay }
summary-bundle = With the delivery of this piece you get { $credit } of credit for your next orders.
summary-confirm-stripe = Agree and pay { $amount } by card
summary-confirm-manual = Agree and transfer { $amount }
summary-confirm-stars = Agree and pay { $amount } in Stars
summary-confirm-free = Agree and order for nothing
summary-tick-on = Agreed: begin at once
summary-tick-off = I agree: begin at once
summary-tick-first = Before you can order, please read “Your right to withdraw” and tick the box if you agree.
summary-sample = Listen first
summary-coupon = Coupon
summary-coupon-change = Coupon { $code }
coupon-title = Coupon
coupon-code = Your code (empty: no coupon)
coupon-example = e.g. SPRING24
sample-title = This is how { $mood } sounds here
sample-text = A short piece by the same composer, not the one you will get. Yours is made for your order.
consent-begin-at-once = You have 14 days to withdraw from this contract without giving a reason. By ticking the box you ask that work begins at once, and you acknowledge that your right to withdraw ends when the music is delivered. Until then you can withdraw in /orders.
consent-pre-listen = Before ordering you can press “Listen first” and hear how this shop plays the mood you chose.
consent-pre-listen-title = Listen before you buy
closed-review-title = This channel is for listening
closed-review = Orders are placed in any other channel, or in a direct message to me.
closed-pause-title = The shop is having a break
closed-pause = New orders are taken again soon. Orders already paid go on as promised.

### Order states: a word or two, and a sentence for the buyer

state-awaiting-payment = waiting for payment
state-awaiting-payment-text = Your order is ready. Composing starts the moment you have paid.
state-composing = being composed
state-composing-text = Your music is about to be composed.
state-composing-queued = { $ahead ->
    [one] Your music is in the queue; one order is before yours.
   *[other] Your music is in the queue; { $ahead } orders are before yours.
}
state-composing-progress = Your music is being composed: { $percent } %.
state-reviewing = being listened to
state-reviewing-text = The takes are made, and a person is listening to them.
state-packing = being packed
state-packing-text = A take was chosen. The files and your licence are being made.
state-delivering = on its way
state-delivering-text = Your music is on its way to you.
state-delivered = delivered
state-delivered-text = Delivered. You can download it as often as you like.
state-refunding = being refunded
state-refunding-text = Your money is on its way back.
state-refunded = refunded
state-refunded-text = Your money is back. Depending on your bank it shows within a few days.
state-cancelled = cancelled
state-cancelled-text = This order was called off. Nothing was paid, nothing is owed.

### A buyer's orders

orders-title = Your orders
orders-none = You have not ordered anything yet. Type /bgm to begin.
orders-no-more = There are no older orders.
orders-pick = Open an order
orders-line = { $state } · { $day }
orders-older = Older
orders-newest = Newest
orders-one-title = { $order } · { $title }
orders-dm-closed = I cannot send you direct messages, so nothing will arrive there. Everything is here: type /orders at any time, or allow direct messages from this server.
orders-dm-open = I keep you posted by direct message. If it does not reach you, /orders always knows.
orders-pay = Pay { $amount }
orders-withdraw = Call it off
orders-download = Download
orders-kit = Claim kit
orders-mail = E-mail me the files
orders-licensee = Name on the licence
orders-again = Order this again
orders-refresh = Refresh
orders-all = All orders

### Help, terms, privacy

help-title = { $shop }: music made for you
help-text = Tell me what you need in four answers. The shop composes { $takes } takes, a person picks the best, and you get the file with a licence that holds up.
help-order = 1. Order
help-order-text = /bgm asks for mood, length, purpose and wishes. Typed all at once it goes straight to the price.
help-pay = 2. Pay
help-pay-text = You see the price, the licence and what the AI does before you pay. No account is needed.
help-listen = 3. We listen
help-listen-text = Every take is checked by the shop and heard by a person. If none is good enough, new ones are made or your money comes back.
help-receive = 4. Receive
help-receive-text = The music and its licence come by direct message, with a link that you can renew for ever.
help-mine = Afterwards
help-mine-text = /orders shows everything you have ordered: pay, follow, download again, order once more. /verify checks any certificate.
help-contact = Questions
help-contact-none = Write to whoever runs this server.
terms-title = Terms of { $shop }
terms-offer = What you buy
terms-offer-text = One piece of music made for your order, with a written licence for the purpose you chose. The contract begins when you confirm the summary; an order not paid within { $pay } hours lapses.
terms-licence = Your licence
terms-licence-text = The certificate that comes with the music says what you may do. Never included: reselling the music by itself, releasing it as your own record, registering it with Content ID, training AI with it, or removing its marks.
terms-refund = When your money comes back
terms-refund-text = By itself and in full, if no take is made within { $compose } hours, none is approved within { $review } hours, or the music cannot be handed over within { $deliver } hours. A piece made to your wishes and delivered is not taken back for a change of mind; if something is wrong with it, write to us: { $contact }. Rights that the law gives you stay untouched.
terms-ai = Made by AI
terms-ai-text = The music is composed by software and chosen by a person. In some countries nobody can hold copyright in such music, so you receive contractual rights to use it, not copyright.
terms-seller = Who sells
business-owner = Owner
business-registration = Registration
business-address = Address
business-email = E-mail
business-phone = Phone
verify-file = Your file
verify-private = Who bought the music and for how much is told to nobody.
privacy-title = What { $shop } remembers
privacy-kept = What is kept
privacy-kept-text = Your chat account's id and name, your language, your orders, your payment's reference (never your card) and the files made for you.
privacy-why = Why
privacy-why-text = To make and deliver what you ordered, to let you download it again, to prove your licence, and because tax law asks for records of sales.
privacy-seen = Who sees it
privacy-seen-text = The shop's operator, the payment service that takes your payment, and the chat you write in. Nobody else; nothing is sold, nothing trains an AI.
privacy-rights = Your rights
privacy-rights-text = Ask what is kept about you, have it corrected, or have it deleted as far as the law lets us: { $contact }.

### Review cards, verdicts and alerts: what the operator reads

card-title = { $order } · round { $round } · { $asked }
card-ask = Listen to the previews, then choose: one reaction or one button is enough.
card-until = Please decide by { $moment }; after that the money goes back by itself.
card-wish = { $what }: { $wish }
card-picture = The waveforms of all takes, one above the other
card-preview = Preview of take { $take }
card-too-large = The previews are too large for this channel; the files lie in the order's folder.
card-button-approve = Take { $take }
card-button-again = New takes
card-button-but = Again, but …
card-button-reject = Reject and refund
card-approve = Approved: take { $take }, by { $by }.
card-again = New takes were asked for by { $by }.
card-reject = Rejected and refunded by { $by }.
card-refunded = Closed without a verdict; the money went back.
card-over = Closed without a verdict.
verdict-approve = take { $take }
verdict-again = new takes
verdict-reject = rejected
ruling-counted = { $order }: { $what }. Done.
ruling-already = { $order } is already decided: { $what }, by { $by }.
ruling-old = { $order } has moved on to a newer round. Please use the newest card.
ruling-over = { $order } is no longer waiting for a verdict.
ruling-no-take = { $order } has no such take.
again-title = New takes, but …
again-mood = Mood
again-style = Style (empty: whatever fits the mood)
again-tempo = Tempo in BPM (empty: free)
again-wanted = Instruments to use
again-unwanted = Instruments to leave out
alert-title = Attention: { $order } · { $asked }
alert-open-checkout = No payment page could be opened. The order was called off and the buyer told.
alert-compose = The music could not be made. The money goes back by itself.
alert-post-card = The review card could not be posted.
alert-master = The files could not be made. Try again, or refund.
alert-certify = The licence could not be made. Try again, or refund.
alert-hand-over = The buyer could not be reached with the music. Try again, or refund.
alert-refund = The refund failed. It is tried again every hour; you can also try now.
alert-paid = A payment arrived that does not belong to the price or came twice. It goes back by itself.
alert-late = A time limit passed. The money goes back by itself.
alert-disputed = The buyer's bank disputes { $amount } and has taken it. Nothing is handed over until that is settled. Collect the evidence with bgm evidence { $order } at the terminal and hand it in at the payment provider in time.
alert-inquiry = The buyer's bank asks about a payment of { $amount }. The money is still here, but nothing is handed over until that is settled. Collect the evidence with bgm evidence { $order } at the terminal and answer at the payment provider in time.
alert-dispute-won = The dispute was decided for you. The { $amount } are the shop's.
alert-dispute-lost = The dispute was decided for the buyer, who has { $amount } back. The licence has ended with it.
alert-refund-failed = A refund of { $amount } did not reach the buyer. Send it again, or ask the buyer for another way.
alert-reference = Reference at the provider
alert-reason = Reason
alert-until = Hand in by
alert-look = Look at the order

### The operator's commands

stats-title = { $days ->
    [one] Today in figures
   *[other] The last { $days } days in figures
}
stats-span = { $days } days
stats-nothing = Nothing was ordered in this time.
stats-picture = Bar charts: payments and earnings a day, and what was asked for with what became of it.
stats-paid-days = Paid orders a day
stats-earned-days = Earned a day, after fees and refunds ({ $currency })
stats-moods = Moods
stats-purposes = Purposes
stats-styles = Genres
stats-lengths = Lengths
stats-hours = When people order (hour of the day)
stats-changes = Revisions asked for
stats-delivered = delivered
stats-refunded = refunded
stats-other = open or unpaid
stats-orders = Orders
stats-counts = { $placed } ordered · { $paid } paid · { $delivered } delivered · { $refunded } refunded
stats-buyers = Buyers
stats-buyers-of = { $all }, of whom { $returning } came back
stats-first-time = Approved at first hearing
stats-waits = Usual waits
stats-wait-ready = Paid to takes: { $span }
stats-wait-verdict = Takes to your verdict: { $span }
stats-wait-handed = Paid to delivered: { $span }
stats-sources = Where buyers came from
error-stats-days = The number of days is a whole number from 1 to { $most }, for example 30.
morning-title = Good morning: { $day } at the shop
today-title = { $day } at the shop
today-paused = New orders are paused. /shop resume takes them again.
today-open = Open orders
today-since = Since { $since }
today-placed = { $count } ordered
today-paid = { $count } paid
today-handedover = { $count } delivered
today-refunded = { $count } refunded
today-money = Earned
today-net = { $amount } left
today-flow-paid = { $amount } paid
today-flow-fees = { $amount } fees
today-flow-back = { $amount } sent back
today-flow-disputes = { $amount } disputed
today-listen = Waiting for your ears
today-stuck = Needs attention
today-nothing = Nothing
today-more = and { $count } more
shop-buyer = Buyer
shop-buyer-line = { $name } ({ $id })
shop-deadline = Until
shop-failure = What failed
shop-journal = Journal
shop-journal-line = { $at }: { $what } ({ $by })
shop-journal-line-ignored = { $at }: { $what } ({ $by }), without effect
shop-retry = Try again
shop-refund = Refund
refund-title = Send { $amount } back
refund-reason = Reason, for the buyer to read
refund-example = Sorry, we could not make this one well enough.
pause-title = New orders are paused
resume-title = The shop is open again
resume-text = New orders are taken.
journal-placed = ordered
journal-checkoutopened = payment page opened
journal-paymentpending = waiting for the bank
journal-paid = paid
journal-checkoutclosed = payment page closed
journal-withdrawn = called off by the buyer
journal-takesready = takes ready
journal-cardposted = card posted
journal-approved = approved
journal-againasked = new takes asked for
journal-rejected = rejected
journal-mastered = files made
journal-certified = licence issued
journal-handedover = handed over
journal-refundasked = refund asked for
journal-refunded = refunded
journal-refundfailed = refund did not arrive
journal-disputed = payment disputed
journal-disputeclosed = dispute decided
journal-feetaken = payment fee
journal-buyertold = buyer told
journal-jobdied = a job failed
journal-retryasked = retry asked for
journal-deadlinepassed = time ran out

### Setup

# bgm setup: questions at the terminal
setup-welcome = Let's open your shop. Every answer is checked before it is written to { $file }; Enter keeps what is in brackets.
setup-ended = The answers ended before the questions did. What was checked so far is saved; run `bgm setup` again.
setup-enter-again = Press Enter to look again
setup-not-listed = “{ $value }” is not in the list. Type a number or a name from it.
setup-discord-token = Discord bot token (Developer Portal → your application → Bot → Reset Token)
setup-discord-token-keep = Discord bot token (Enter keeps the one in your file)
setup-discord-hello = Hello, { $name }.
setup-invite = The bot is not in any server yet. Open this address, choose your server and confirm:
    { $invitation }
setup-server-found = Your server: { $name }
setup-server = Which server is the shop in?
setup-channel-advice = You need a private text channel that only you and the bot can see (Create Channel → Private Channel → add the bot).
setup-channel = In which channel do you want to listen and approve? (Enter to look again)
setup-channel-good = Review cards will appear in #{ $name }.
setup-operator = Discord user id of whoever approves orders (several: separate with commas)
setup-operator-wrong = “{ $value }” is no Discord user id. It is a number of 17 to 20 digits: Settings → Advanced → Developer Mode, then right-click yourself → Copy User ID.
setup-stripe-key = Stripe secret or restricted key (dashboard.stripe.com/apikeys; Enter to do this later)
setup-stripe-key-keep = Stripe key (Enter keeps the one in your file)
setup-stripe-later = Without a Stripe key the shop cannot take money on Discord. Run `bgm setup` again when you have one.
setup-stripe-test = This is a test key: start the shop with `bgm run --test`; no real money moves.
setup-stripe-live = This is a live key: real money moves.
setup-webhook-secret = Webhook signing secret (whsec_…; Enter if this machine has no public address)
setup-address = Public address of the shop, e.g. https://shop.example (Enter if there is none)
setup-done = Saved to { $file }. Next: `bgm check`, then `bgm run`.

# bgm check: what was found, and what to do about it
checkup-setting = { $problem }
checkup-setting-remedy = Correct this value; the comment beside each key of the file says what it means.
checkup-config = Settings and texts are in order ({ $folder }).
checkup-unpriced = These purposes have no price: { $purposes }.
checkup-unpriced-remedy = Add them under [purposes] in prices.toml, or remove them from moods.toml.
checkup-business = Your licences do not say who sells: owner or e-mail is empty.
checkup-business-remedy = Fill in [business] in shop.toml. Most countries require it before you sell.
checkup-folder = The folder { $folder } cannot be written to: { $error }.
checkup-folder-remedy = Create it, or point BGM_DATA or MEDIA_URL to a folder this user may write to.
checkup-disk = { $gib } GiB free in { $folder }.
checkup-disk-remedy = Free some space: each order leaves about 60 MB a minute of music.
checkup-ffmpeg = ffmpeg is not installed; M4A files cannot be made.
checkup-ffmpeg-remedy = Install ffmpeg if buyers ask for M4A. Everything else works without it.
checkup-database = The { $kind } database cannot be opened: { $error }
checkup-database-remedy = Check DATABASE_URL, and that the server runs and the user may create tables.
checkup-database-good = The { $kind } database is open and up to date.
checkup-address = Buyers reach the shop at { $address }.
checkup-address-private = { $address } is reachable from this machine only: payment works, download links do not open elsewhere.
checkup-address-private-remedy = Set PUBLIC_URL to an https address that leads here. Until then the files go out by direct message.
checkup-address-plain = { $address } is not encrypted.
checkup-address-plain-remedy = Put the shop behind https; Stripe delivers live webhooks to https only.
checkup-port = Port { $port } on { $host } is taken: { $error }.
checkup-port-remedy = If the shop is running, all is well. Otherwise choose another HTTP_PORT.
checkup-operators = Nobody may approve orders: OPERATOR_IDS is empty.
checkup-operators-remedy = Set it to your user id, e.g. OPERATOR_IDS=discord:123456789012345678.
checkup-operators-good = Operators: { $people }.
checkup-doorway = No doorway is open: DISCORD_TOKEN is not set.
checkup-doorway-remedy = Run `bgm setup`, or set DISCORD_TOKEN to your bot's token.
checkup-discord = Discord knows the shop as { $name }.
checkup-discord-away = { $error }
checkup-discord-away-remedy = Check this machine's connection and DISCORD_API_BASE, then look again.
checkup-discord-refused = { $error }
checkup-discord-refused-remedy = Make a new token in the Developer Portal (Bot → Reset Token) and run `bgm setup`.
checkup-server-unset = DISCORD_GUILD_ID is not set. The bot is in: { $known }.
checkup-server-unset-remedy = Run `bgm setup`; it finds the id by the server's name.
checkup-server = The bot is not in the server { $id }.
checkup-server-remedy = Invite it: { $invitation }
checkup-channel-unset = DISCORD_REVIEW_CHANNEL_ID is not set. The bot sees: { $known }.
checkup-channel-unset-remedy = Run `bgm setup`; it finds the channel by its name.
checkup-channel = There is no text channel { $id } that the bot may see. It sees: { $known }.
checkup-channel-remedy = Let the bot see the channel, or run `bgm setup` to choose another.
checkup-channel-good = The review channel has every permission the shop needs.
checkup-permissions = In the review channel the bot lacks: { $permissions }.
checkup-permissions-remedy = Channel → Edit → Permissions → the bot's role: allow exactly these.
checkup-stripe = Stripe accepts the key.
checkup-stripe-unset = STRIPE_SECRET_KEY is not set: orders cannot be paid.
checkup-stripe-unset-remedy = Run `bgm setup`. A restricted key is enough; docs/going-live.md lists its rights.
checkup-stripe-away = { $error }
checkup-stripe-away-remedy = Check this machine's connection and STRIPE_API_BASE, then look again.
checkup-stripe-refused = { $error }
checkup-stripe-refused-remedy = Make a key at dashboard.stripe.com/apikeys, and start with --test if it is a test key.
checkup-webhook = No STRIPE_WEBHOOK_SECRET: payments are noticed by asking Stripe every few seconds.
checkup-webhook-remedy = Nothing needs doing. With a public https address, a webhook is quicker.

# bgm demo
demo-opening = Opening the shop and the world around it
demo-open = The shop is open: { $page }
    Be the buyer on the left and the operator on the right. Ctrl+C closes everything.

# bgm backup and bgm restore
error-no-folder = There is no folder { $folder }. Create it first.
error-no-backup = { $file } is not a backup of this shop.
error-backup-version = { $file } was written by another version of the shop. Restore it with that version, then update.
error-restore-over = There are already { $count } orders. To replace them with { $file }, add --force.

# bgm ledger
ledger-title = The month from { $since }
ledger-payment = Payments
ledger-fee = Payment fees
ledger-refund = Refunds
ledger-refund-failed = Refunds that came back
ledger-dispute = Taken by disputes
ledger-dispute-won = Returned by disputes
ledger-net = What is left
ledger-empty = No money has moved.
error-month = “{ $value }” is not a month. Write it like 2026-11.

# bgm evidence: the papers for a bank
evidence-title = Evidence for order { $order }
evidence-sold = What was sold
evidence-sold-text = Background music made to order ({ $asked }) and a licence to use it, delivered digitally.
evidence-money = The payment
evidence-paid = { $amount } paid: { $reference }
evidence-back = { $amount } refunded: { $reference }
evidence-disputed = { $amount } disputed: { $reference }, reason { $reason }
evidence-agreed = What the buyer agreed to before paying
evidence-happened = What happened
evidence-files = The files
evidence-bytes = bytes
evidence-handed = How they were handed to { $customer }

# bgm order and bgm engines
price-house = For the house
order-approve-wrong = “{ $value }” is no choice. Right would be: best, ask, or a take from 1 to { $takes }.
order-out-wrong = “{ $folder }” is a file. Name a folder to put the music in.
order-step-composing = Composing
order-step-reviewing = Choosing a take
order-step-packing = Writing master and licence
order-step-delivering = Copying the files
order-done = Done. Your files are in { $folder }.
order-failed = The music could not be made: { $why }
order-column-take = Take
order-column-rank = Rank
order-column-music = Tempo and key
order-column-level = Level
order-column-why = Why, and its preview
order-ask = Which take do you want ({ $takes }, or r for new ones)?
engines-name = Engine
engines-sells = For sale
engines-rights = Licence of program; of weights and sounds
engines-lengths = Lengths
engines-can = Can
engines-sells-yes = yes
engines-sells-conditional = on conditions
engines-sells-no = no

### Delivery: the buyer's status message (told-…), the parcel (parcel-…), the pages on the web (web-…)

told-title = { $mood } music · { $length }
told-order = Order
told-price = Price
told-reason = Reason
told-pay = Pay
told-cancel = Cancel the order
told-download = Download
told-opening-checkout = Opening your payment page.
told-awaiting-payment = Composing begins as soon as you have paid.
told-bank = We are waiting for your bank. Depending on how you paid this can take some days; composing begins as soon as it confirms.
told-queued = Your payment is in. You are number { $position } in the queue.
told-composing = Your payment is in and your music is being made.
told-composing-again = We are making new takes that fit you better.
told-reviewing = The takes are ready. A person is listening and picking the one that fits best.
told-packing = A take is chosen. Master files and licence certificate are being made.
told-delivering = Everything is packed and on its way to you.
told-held = Your music is ready. Your bank is looking into the payment; as soon as that is settled, it is sent to you.
told-delivered = Your music is with you. Enjoy it!
told-delivered-here = Your music is ready. Fetch it with the button below.
told-refunding = We could not finish this order, and we are sorry. All of { $amount } is on its way back to you.
told-refunded = All of { $amount } has been returned. Your bank may take some days to show it.
told-charged-back = Your bank has returned the payment of { $amount }. The licence of this order has ended.
told-cancelled = The order is cancelled. Nothing was charged.
told-cancelled-bank = The order is cancelled. If your bank still confirms the payment, all of it is returned to you.
told-bank-refused = Your bank did not carry out the payment, so the order is cancelled. Nothing was charged.
told-second-payment = Paid twice
told-returned = { $amount } returned
told-step-awaiting-payment = Payment
told-step-awaiting-payment-done = Paid
told-step-composing = Composing
told-step-composing-done = Composed
told-step-reviewing = Being listened to
told-step-reviewing-done = Take chosen
told-step-packing = Master and licence
told-step-packing-done = Master and licence packed
told-step-delivering = Delivery
told-step-delivering-done = Delivered
told-nudge = There is news about your order, and your DMs are closed. Type /orders to read it here, for your eyes only.

parcel-title = Your music is here: { $title }
parcel-thanks = Thank you for waiting. Here are your music and its licence certificate.
parcel-thanks-link = Thank you for waiting. The files are large, so they wait for you behind the button below.
parcel-licence = Your certificate is no. { $number }. Show it if anyone ever claims the music.
parcel-link = The download link stays open for { $days } days, and /orders gives you a new one at any time.
parcel-length = Length
parcel-musical = Tempo and key
parcel-claim = Your music is ready, and your DMs are closed. Press the button to fetch it here, for your eyes only (or type /orders).
parcel-claim-button = Fetch my music
mail-why = You get this e-mail because of order { $number }: you asked in the chat for the files by e-mail. Nothing else is sent to this address.
mail-title = Files by e-mail
mail-address = E-mail address (empty: forget the one kept)
mail-sent = On its way to { $address }. If it is not there in a few minutes, look into the spam folder. Should it not get through, I tell you here.
mail-other = To another address
mail-forgotten = The e-mail address is forgotten.
error-mail-address = “{ $value }” is no e-mail address. Write it like name@example.com.
kit-title = Claim kit
kit-text = Certificate { $number }, the signed record, the acoustic fingerprint, and a text for every platform. Choose a platform below to see where to press and what to send.
kit-choose = Where was the claim made?
kit-for = What to send to { $platform }
licensee-title = Name on the licence
licensee-name = Your name, company or channel
licensee-example = e.g. Slow Afternoon Channel
licensee-kept = The licence will be in the name “{ $name }”.
licensee-anew = The licence is being issued anew in the name “{ $name }”. In a moment the new certificate is on the download page and in /orders; who looks up the old number is led to the new one.
error-licensee-often = A licence is issued anew three times at most. For another change please write to the shop.
error-licensee-now = The name cannot be changed now: it is that name already, or the music is just being packed. Please try again in a moment.
error-nothing-to-hand-out = There are no files of this order to hand out now.
told-mail-closed = The e-mail did not get through. Please check the address and press again.
told-mail-sent = It has been sent by e-mail, too.
told-reissued = The licence has been issued in the new name, as no. { $number }.

error-link-expired = This link has expired. Type /orders in the chat and you get a new one.
error-record-signature = The record's signature does not fit: it was changed, or this shop did not issue it.

web-play = Play
web-pause = Pause
web-seek = Position
web-files = Files
web-licence = Licence
web-licence-open = Open the certificate (PDF)
web-certificate = Certificate
web-length = Length
web-tempo = Tempo
web-key = Key
web-loudness = Loudness
web-format-wav = WAV · the lossless original
web-format-mp3 = MP3 · ready to use
web-format-flac = FLAC · lossless, smaller
web-format-pdf = Licence certificate
web-link-until = This link stays open until { $until }. After that, /orders in the chat gives you a new one.
web-link-private = Anyone who has this link can fetch the files, so do not post it in public.
web-expired-title = This link has expired
web-expired-text = Your music is still here. Type /orders in the chat where you ordered it, and you get a new link at once.
web-missing-title = There is no such page
web-missing-text = The address may be cut off or mistyped. Open the link from your chat again, or type /orders there for a new one.
web-withdrawn-title = This order was refunded
web-withdrawn-text = The price went back to you and the licence has ended, so the files are no longer available.
web-unready-title = Not ready yet
web-unready-text = Your music will be here when it is finished. This page refreshes itself.
web-busy-title = Please come back in a moment
web-busy-text = There were too many requests in a short time.
web-failed-title = Something went wrong
web-failed-text = It is our fault. Please try again in a moment.
web-pay-opening-title = Opening your payment page
web-pay-opening-text = You are taken there in a few seconds.
web-pay-bank-title = Waiting for your bank
web-pay-bank-text = You have paid already. Once your bank confirms it, composing begins and the chat tells you.
web-pay-done-title = This order is already paid
web-pay-done-text = You will not be charged twice. The chat shows how your order is getting on.
web-pay-over-title = This order was cancelled
web-pay-over-text = It was called off, or its time to pay ran out. Nothing was charged. Order again in the chat with /bgm.
web-paid-title = Thank you for your payment
web-paid-text = Composing begins as soon as it is confirmed. You can close this window; the chat keeps you posted.
web-cancelled-title = You left without paying
web-cancelled-text = Your order is still there. The pay button in the chat takes you back at any time.
web-ai-notice = AI notice
web-shop-footer = { $shop } · background music made with AI
web-verify-title = Check a certificate
web-verify-text = Type the number on the certificate to learn whether this shop issued it and whether it still stands.
web-verify-button = Check
web-verify-key = Public signing key (Ed25519)
web-verify-key-text = The licence.json attached to every certificate PDF is signed with this key, so it can be checked offline too.
web-verify-stands = This shop issued it, and it stands.
web-verify-ended = This shop issued it, but the price was refunded and the licence has ended.
web-verify-issued = Issued
web-verify-licensor = Licensor
web-verify-music = Music
web-verify-purpose = Permitted use
web-verify-engine = Made by
web-verify-terms = Terms version
web-verify-files = See whether a file of yours is exactly one of this certificate's. It is computed on your device and sent nowhere.
web-verify-pick = Choose a file to check
web-verify-working = Computing…
web-verify-same = This is exactly a file that the certificate names.
web-verify-other = This is not one of the certificate's files. A re-encoded, cut or edited copy reads like this too.
web-verify-unable = This browser cannot compute it here. Compare the SHA-256 below yourself.
web-verify-private = This page never says who bought the music or for how much.

proof-signature-ours = Certificate { $number }: signed with this shop's key, and not a letter was changed since.
proof-signature-intact = Certificate { $number }: unchanged since it was signed. Whether the key is the shop's, its /verify page tells; compare: { $key }
proof-signature-wrong = Certificate { $number }: the signature does not fit. It was changed, or this shop did not issue it.
proof-certificate = Issued { $issued } · licensor { $licensor } · for { $purpose } · engine { $engine }
proof-manifest-none = There is no provenance manifest (C2PA) in the file. Re-encoding or editing removes it.
proof-manifest-trusted = The provenance manifest (C2PA) in the file is signed by this shop, and the file is unchanged since.
proof-manifest-valid = The file is unchanged since its provenance manifest (C2PA) was signed. Who signed it cannot be told here.
proof-manifest-invalid = The provenance manifest (C2PA) in the file does not fit: the file was changed after it was signed.
proof-mark-heard = The shop's inaudible mark is in the music: this shop made it (score { $score }, needed { $needed }).
proof-mark-none = The shop's inaudible mark was not found (score { $score }, needed { $needed }). Music under ten seconds or changed a lot may have lost it.
proof-mark-unplayable = The file cannot be played, so the inaudible mark was not looked for.
proof-names-certificate = The file names certificate { $number }, and there is no certificate to hold it against. Give the PDF with --certificate.
proof-no-certificate = The file names no certificate, and there is none to hold it against.
proof-file-same = This is exactly { $name } as the certificate names it (SHA-256).
proof-file-other = This is none of the files the certificate names. A re-encoded or edited copy reads like this too.
proof-ended = The price was refunded, so this certificate has ended.
error-no-certificate = There is no signed certificate record in { $file }.
error-unreadable-file = { $file } cannot be read.

### Finishing room: what was found about a take (check-…), why it stands where it stands (rank-…), what was done to it (correction-…)

check-length-fine = { $seconds } s long, exactly as ordered.
check-length = { $seconds } s long instead of { $asked } s.
check-loudness-fine = Loudness { $lufs } LUFS, as the purpose needs it.
check-loudness = Loudness { $lufs } LUFS instead of { $asked } LUFS.
check-peak-fine = Peaks stay at { $dbtp } dBTP.
check-peak = Peaks reach { $dbtp } dBTP; the limit is { $asked } dBTP.
check-silence-head = It starts with { $seconds } s of silence.
check-silence-tail = It ends with { $seconds } s of silence.
check-gap = At { $at } the music falls silent for { $seconds } s.
check-clipping = { $count ->
    [one] One peak of the raw take is clipped.
   *[other] { $count } peaks of the raw take are clipped.
}
check-clicks = { $count ->
    [one] There is a click at { $at }.
   *[other] There are { $count } clicks, the first at { $at }.
}
check-phase = The left and right sides cancel each other out; on a mono speaker parts will vanish.
check-seam-fine = The loop closes without a seam.
check-seam-bars = The loop stumbles: it is { $beats } beats off whole bars.
check-seam-level = The loop jumps in level by { $db } dB at its joint.
check-seam-flux = The loop's joint can be heard: the sound changes abruptly.
check-seam-click = The loop clicks at its joint.
check-tempo-fine = Tempo { $bpm } BPM, as asked.
check-tempo = Tempo { $bpm } BPM instead of { $asked } BPM.
check-tempo-range = Tempo { $bpm } BPM; this mood usually moves between { $low } and { $high } BPM.
check-key-fine = In { $key }, as asked.
check-key-near = It reads as { $key }, a close neighbour of { $asked }.
check-key = In { $key } instead of { $asked }.
check-brightness-fine = As bright as the mood asks.
check-brightness-high = Brighter than the mood asks ({ $percent } instead of { $asked } out of 100).
check-brightness-low = Darker than the mood asks ({ $percent } instead of { $asked } out of 100).
check-energy-fine = As lively as the mood asks.
check-energy-high = More driving than the mood asks ({ $percent } instead of { $asked } out of 100).
check-energy-low = Calmer than the mood asks ({ $percent } instead of { $asked } out of 100).
check-density-fine = As many notes as the mood asks.
check-density-high = Busier than the mood asks ({ $percent } instead of { $asked } out of 100).
check-density-low = Sparser than the mood asks ({ $percent } instead of { $asked } out of 100).
check-likeness-fine = Like nothing sold before (the nearest is { $percent } % alike).
check-sibling = It resembles { $name } ({ $percent } % alike).
check-duplicate = It is practically the same as { $name } ({ $percent } % alike).
rank-best-clean = The best take: nothing is wrong with it.
rank-best-close = The best take by a hair; let your taste decide.
rank-best-brightness = The best take: its brightness is right on the mood.
rank-best-energy = The best take: its energy is right on the mood.
rank-best-density = The best take: its amount of notes is right on the mood.
rank-best-tempo = The best take: its tempo is right on the mood.
rank-equal = As good as the best take; let your taste decide.
rank-behind-brightness-high = Sound, but brighter than the mood asks.
rank-behind-brightness-low = Sound, but darker than the mood asks.
rank-behind-energy-high = Sound, but more driving than the mood asks.
rank-behind-energy-low = Sound, but calmer than the mood asks.
rank-behind-density-high = Sound, but busier than the mood asks.
rank-behind-density-low = Sound, but sparser than the mood asks.
rank-behind-tempo = Sound, but { $bpm } BPM is outside the tempo of the mood.
correction-did-stem = { $stem } changed by { $db } dB.
correction-did-trim = { $start } s cut from the start and { $end } s from the end.
correction-did-silence = { $seconds } s of silence removed.
correction-did-joints = { $count ->
    [one] Fitted to its length with one joint in the music.
   *[other] Fitted to its length with { $count } joints in the music.
}
correction-did-stretch = Length adjusted by { $percent } % to be exact; the pitch is untouched.
correction-did-seam = Loop joint mended.
correction-did-tame = What stood out around { $hertz } Hz was tamed by up to { $db } dB.
correction-did-tone = Tone changed: bass { $low } dB, middle { $mid } dB, treble { $high } dB.
correction-did-fade-in = Faded in over { $seconds } s.
correction-did-fade-out = Faded out over { $seconds } s.
correction-did-limit = Peaks were limited by up to { $db } dB to reach the loudness.
error-take-shape = The engine returned something that is no mono or stereo audio.
error-take-empty = The engine returned an empty take.
error-take-silent = The engine returned silence.
error-take-broken = The engine returned broken audio ({ $count } unreadable samples).
error-take-stretch = A take cannot be stretched that far.
error-master-length = A master of that length cannot be made.
error-format = There is no file format { $value }.
error-format-ffmpeg = M4A files need ffmpeg on the shop's machine.
error-correction-range = { $name } cannot be { $value }: it goes from { $low } to { $high }.
error-correction-unreadable = These corrections cannot be read.
error-correction-unknown = There is no correction called { $value }.
error-correction-stem = This take has no separate { $value } part that could be changed.
error-correction-trim = Nothing would be left after that cut.

# The page with which an operator goes through moods and styles (bgm listen)
listen-title = Every mood in every style
listen-about = Press play: the next piece starts by itself. The picture below each player is its score.
