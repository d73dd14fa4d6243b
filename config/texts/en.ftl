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
error-no-weights = There is no model in { $folder }. Fetch one with bgm engines pull, or name another folder.
error-neural-extra = { $engine } needs more software: .venv/bin/pip install -e ".[neural]" in the folder of the project.
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
error-no-transfer = There is nothing to say about a transfer for { $order } now.
error-amount = “{ $value }” is no amount of { $currency }. Write it like 15000 or 12.50.
error-no-withdrawal = Order { $order } cannot be withdrawn from now: the music is delivered, or the time for it is over.
error-no-way-to-pay = This shop cannot take your currency yet. Please write to the shop (/help).
error-coupon-taken = There is a coupon { $code } already; codes are used once.
error-coupon-code = “{ $code }” is no code: three letters or digits at least.
error-coupon-off = “{ $value }” is no discount. Write 20%, an amount such as 5000 or 5.00 USD, or free.
error-coupon-limit = “{ $value }” is no number of uses. Write one from 1 to 1000000, or nothing.
error-coupon-until = “{ $value }” is no day to come. Write it like 2026-12-31.
error-credit-stars = { $id } pays in Stars and could not use that. Write the amount in Stars, e.g. 300 XTR.
error-credit-person = “{ $value }” is nobody. Write the buyer's id as /shop order shows it, e.g. discord:123456789012345678.
error-unknown-instrument = The shop has no instrument called “{ $value }”. It has: { $choices }.
error-instrument-both = “{ $name }” stands in both lists: what you want and what you do not want. Keep it in one.
error-instruments-many = { $count } instruments are too many for one piece; name at most { $limit }.
error-length-range = { $value } is out of reach: a piece lasts from { $shortest } to { $longest }.
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
error-provider-gone = This goes by “{ $name }”, which is not set up any more. Give the shop its key or token again, then try again.
error-refund-changed = The buyer has used credit of order { $order } meanwhile, so { $amount } would go back now. Press “Refund” again if that is right.
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
command-verify-certificate = The number on the certificate, like BGM-XXXXX-XXXXX; a file alone will do
command-verify-file = A file to look at; re-encoded and cut copies work, too
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
command-shop-coupon = Coupons and credit
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
name-coupon = coupon
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
engine-stable-audio-3 = Stable Audio 3 · Powered by Stability AI
engine-ace-step = ACE-Step, an open music model
paid-by-stripe = Stripe
paid-by-manual = bank transfer
summary-consent = Before you pay
consent-free = What you agree to
consent-free-text = { $shop } starts composing as soon as you confirm, and a person listens before anything is sent. It costs nothing. By confirming you agree to what is written here and to /terms.
summary-consent-text = { $shop } starts composing for you as soon as you have paid, and a person listens before anything is sent; if nobody has approved a take within { $within }, your money comes back by itself. By pressing the pay button you agree to what is written here and to /terms.
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
summary-region = Where you live (sets your rights)
region-kr = Korea
region-eu = European Union / EEA
region-uk = United Kingdom
region-other = Somewhere else
summary-extra-on = ✓ { $extra } ({ $amount })
summary-extra-off = + { $extra } ({ $amount })
summary-bundle-button = { $pieces } for { $pay }
summary-bundle = With the delivery of this piece you get { $credit } of credit for your next orders. If this order is taken back later, the credit ends; what you have used of it by then is kept back at the price of the bundle.
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
transfer-how-to =
    Please transfer { $amount } to
    { $account }
    Reference: { $reference }
    until { $until }. As soon as the shop has seen it come, your music is made.
transfer-title = Transfer for { $order }
transfer-came-title = Has { $amount } come?
transfer-came-text = Somebody is about to transfer { $amount } with the reference { $order }. Press when it is on your account; the music is made from then on.
transfer-came-yes = It came
transfer-other = Another amount…
transfer-other-title = What came?
transfer-amount = The amount on your account
transfer-gone-title = Please send { $amount } back
transfer-gone-text = The transfer for { $order } is to go back. Send { $amount } to the account it came from, then press. The buyer has been told that it is on its way.
transfer-gone-yes = Sent back
transfer-noted-came = { $name } has seen { $amount } come for { $order }.
transfer-noted-gone = { $name } has sent { $amount } back for { $order }.
transfer-answered = This has been answered.
transfer-known = This was known already ({ $order }, { $amount }, { $name }). Nothing changes.
transfer-pay = How to pay
unbuy = Withdraw from the contract
unbuy-title = Withdraw from the contract?
unbuy-text = I hereby withdraw from my contract with { $shop } about order { $order }. { $amount } goes back to where it came from, work on the music ends, and it may not be used.
unbuy-kept = You have used credit of this bundle. { $kept } stay with the shop for that, and the music you had for it stays yours.
unbuy-confirm = Confirm withdrawal
unbuy-received = Your withdrawal was received on { $at }.
contract = Contract
contract-title = Your contract, order { $order }
contract-made = Made on { $at }. These are the words as you agreed to them.
consent-name-ai-notice = Made by AI
consent-name-pre-listen = Listening beforehand
consent-name-no-withdrawal = Withdrawal
consent-name-begin-at-once = Withdrawal: ticked by you
consent-name-terms = Terms
coupon-list = Coupons
coupon-none = There are no coupons yet.
coupon-new-title = New coupon
coupon-new-code = Code (empty: one is drawn)
coupon-new-code-example = SPRING24
coupon-new-off = What it takes off
coupon-new-off-example = 20%, 5000, 5.00 USD, 300 XTR, or free
coupon-new-minimum = From which price on (empty: any)
coupon-new-minimum-example = 10000
coupon-new-limit = How often in all (empty: no limit)
coupon-new-limit-example = 50; every buyer once
coupon-new-until = Last day (empty: no end)
coupon-new-until-example = 2026-12-31
coupon-made = The coupon { $code } can be used now.
coupon-over = The coupon { $code } has ended. Orders that used it keep their price.
coupon-end = End a coupon
coupon-from = from { $minimum }
coupon-until = until { $until }
coupon-used = used { $used } times
coupon-used-of = used { $used } of { $limit } times
coupon-is-over = ended
coupon-percent = { $percent } % off
coupon-amount = { $amount } off
credit-title = Give credit
credit-buyer = To whom
credit-buyer-example = discord:123456789012345678
credit-amount = How much
credit-amount-example = 5000, 5.00 USD, or 300 XTR (Stars)
credit-given = { $id } now has { $left } of credit.
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
to-pay-lapsed-title = Order { $order }
to-pay-lapsed = This message is not kept up to date any longer. To pay or to see how your order stands, press Refresh or use /orders.
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
help-contact-none = the 💬 Question button of your order
terms-title = Terms of { $shop }
terms-offer = What you buy
terms-offer-text = One piece of music made for your order, with a written licence for the purpose you chose. The contract begins when you confirm the summary; an order not paid within { $pay } lapses.
terms-licence = Your licence
terms-licence-text = The certificate that comes with the music says what you may do. Never included: reselling the music by itself, releasing it as your own record, registering it with Content ID, training AI with it, or removing its marks.
terms-refund = When your money comes back
terms-refund-text = By itself and in full, if no take is made within { $compose }, none is approved within { $review }, or the music cannot be handed over within { $deliver }. A piece made to your wishes and delivered is not taken back for a change of mind; if something is wrong with it, write to us: { $contact }. Rights that the law gives you stay untouched.
terms-withdrawal = Changing your mind
terms-withdrawal-text = Where you live decides. Korea: music made to order is not taken back once it is delivered; you may listen to a sample first. European Union and United Kingdom: you have 14 days to withdraw, unless you ticked that work begins at once; then you have until the delivery. You withdraw in /orders, and the money goes back by itself. Elsewhere: not once it is delivered.
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
privacy-export = Send me my data
privacy-erase = Delete my data
privacy-export-title = Your data
privacy-export-text = Everything the shop stores about you: data.json has your orders, their journal and payments, your draft and notes; files.json says which files are yours and where to fetch them.
privacy-export-sent = Your data is in your direct messages, as a ZIP file.
privacy-erase-title = Delete your data?
privacy-erase-text = Erased: your name, everything you wrote (wishes, letters, own words), your e-mail address, favourites, drafts and notes, and orders that were never paid. Kept: what you paid for, under your chat account's id, because tax law asks for records of sales; and the certificates, so that your licence stays provable. You can still download your music. What was written in chats stays there, and the payment service keeps its own records.
privacy-erase-now = Yes, delete it
privacy-erase-not = No, go back
privacy-erased-title = Your data is deleted
privacy-erased = Orders kept without your words: { $kept }. Orders removed altogether: { $gone }.
error-erase-open = These orders are still under way: { $orders }. Call them off or wait until they have arrived, then ask again.

### Telegram: first words, forms, paying in the chat

command-language = The language I speak to you
command-paysupport = When something is wrong with a payment
language-name = English
language-title = Language
language-text = Which language shall I speak with you?
language-chosen = From now on I speak English with you.
start-title = Welcome to { $shop }
start-text = Background music made for your video, stream or game, with a licence that holds up. Tell me in a sentence what you need, or press the button: { $takes } takes are composed, a person picks the best.
start-order = Order music
start-orders = My orders
start-help = How it works
start-group = Let us talk in private: your orders are nobody else's business.
start-private = Open our chat
words-title = How can I help?
words-unclear = I could not read an order from “{ $words }”. Tell me for example: calm piano for a 1:30 travel vlog.
error-unknown-command = I do not know that command. /help shows what I can do.
error-certificate-unnamed = I find no certificate named in this. Send /verify with the number on the certificate, or send the original file.
error-nothing-to-pay = Order { $order } need not be paid (any more). /orders shows how it stands.
form-write = Write it to me as a message: { $field }
form-reply = Answer this message with: { $field }
form-example = For example: { $example }
form-keep = Keep as it is
form-empty = Leave it empty
form-clear = Clear: { $field }
form-done = Done
form-cancel = Cancel
form-cancelled = Nothing was changed.
form-gone = This question is closed. Please press the button above it once more.
form-missing = Still missing: { $field }
paying-unknown = This bill belongs to no order of this shop. Nothing was taken.
paying-not-yours = This bill was made out to somebody else. Type /bgm to order for yourself. Nothing was taken.
paying-late = This order's time to pay is over, so it was called off. Nothing was taken. Type /orders to order it once more.
paying-done = This order is paid already. Nothing was taken a second time.
paying-price = The price of this order has changed. Nothing was taken. Type /orders for the bill that counts.
paying-sent = The bill is at the end of our chat.
paysupport-title = Payments at { $shop }
paysupport-wrong = Something is wrong
paysupport-wrong-text = Open the order with /orders: it says whether it is paid. A payment that came too late, twice or with another amount goes back by itself within minutes.
paysupport-back = Your money back
paysupport-back-text = An order that cannot be made, approved or handed over in time is refunded by itself, in full, in what you paid with; Stars come back to your Telegram balance. /terms says when.
paysupport-ask = Ask a person
paysupport-ask-text = Write to us: { $contact }. Please name the order's number. Telegram's own support cannot help with purchases made here.

### Favourites, and wishes for a refund

favourites-title = Favourites
favourites-none = No order has a star yet. Press ⭐ on a delivered one.
orders-star = Favourite
orders-unstar = No favourite any more
orders-certificate = Certificate
orders-wish = Ask for a refund
wish-title = Ask for your money back
wish-reason = Why?
wish-example = What is wrong with the music or with the order
wish-open = You have asked for your money back. A person will look at it and answer you.
wish-declined = You asked for your money back, and the shop did not agree; its letter says why.
wish-declined-letter = About your wish for a refund of order { $order }: we do not give the money back this time. { $words }
error-wish-nothing = There is nothing to give back for order { $order }.
error-wish-answered = The wish for a refund of order { $order } has been answered already.
decline-title = { $order }: no refund
decline-words = What the buyer will read
decline-example = Why not, and what you offer instead
decline-done = The buyer of order { $order } is told.
alert-wish = The buyer asks for the money back ({ $amount }). Nothing happens until you decide.
alert-wish-grant = Refund …
alert-wish-decline = Decline …
journal-refundwished = the buyer asked for the money back
journal-refunddeclined = the refund was declined

### Changing a delivered piece

change-calmer = Calmer
change-brighter = Brighter
change-longer = Longer
change-shorter = Shorter
change-loop = Loop it
change-fewer-drums = Fewer drums
change-words = Own words
change-livelier = Livelier
change-darker = Darker
change-no-drums = No drums
change-faster = Faster
change-slower = Slower
change-fewer-instruments = Fewer instruments
change-less-melody = Less melody
change-more-melody = More melody
change-other-genre = Another genre
revision-of = Revision of
revise-title = Change it: { $change }
revise-what = This makes a new version of { $piece } (order { $order }). The one you have stays yours, as it is.
revise-how = It stays the same piece, changed. A person listens to it before it comes to you, with its own licence certificate.
revise-not-understood = No particular change was recognised in your words. They go to the person who listens, together with new performances of the piece; you can also say it differently.
revise-changes = Will be changed
revise-words = Your words
revise-words-title = What should be different?
revise-words-example = A little slower, no drums, and 45 seconds long
revise-reword = Say it differently
revise-leave = Leave it as it is
revise-confirm-free = Make it, free of charge
revise-free = Free. After this one { $left ->
    [0] none is left
    [one] one free change is left
   *[other] { $left } free changes are left
} for this piece.
revise-used = Free changes
revise-used-text = The free changes of this piece are used up.
revise-again = Press the button below the music once more.
error-revise-refunded = Order { $order } was taken back, so it cannot be changed any more.
error-revise-held = The bank is still looking into the payment of order { $order }. It can be changed once that is settled.
error-not-revisable = Only music that has been delivered can be changed.
error-revise-soon = Your music is just being handed over. Please press again in a moment.
error-revise-not-free = The last free change has just been used.
error-revise-shortest = This piece is { $seconds } seconds long already; it cannot be shorter.
error-revise-longest = A change can make this piece { $seconds } seconds long at most, and that is what it is. For a longer one, order anew.
error-revise-loop = This piece is a seamless loop already.
error-revise-empty = Please write in a few words what should be different.
card-revision = ↪️ Revision of { $order }: { $change }
card-revision-words = “{ $words }”
card-revision-anew = ⚠️ Composed anew: the piece before cannot be edited by this engine. Compare them by ear.
card-revision-varied = A variation of the piece before, not an edit of its notes. Compare them by ear.
card-revision-extended = Goes on from the piece before, which stays as it was.
card-revision-kept = Take 1 is the piece before itself, only in its new length or tempo, or as a loop.
card-revision-repainted = Only the part that was named is made again; everything else stays as it was.
card-revision-faster = Made { $percent } faster than the piece before, at the same pitch.
card-revision-slower = Made { $percent } slower than the piece before, at the same pitch.
card-revision-tempo-told = ⚠️ The engine was only told to play at another tempo. Compare the BPM with the piece before.
card-revision-carried = 🎚️ What you corrected about the piece before holds here too. The correction panel's reset leads back to it.
alert-late-free = A time limit passed. The order cost nothing and was cancelled; the buyer has been told.

### Review cards, verdicts and alerts: what the operator reads

card-title = { $order } · round { $round } · { $asked }
card-ask = Listen to the previews, then choose: one reaction or one button is enough.
card-until = Please decide by { $moment }; after that the money goes back by itself.
card-until-free = Please decide by { $moment }; after that the order is called off. Nothing was paid for it.
card-handed = Handed over: { $ways }
way-dm = direct message
way-thread = private thread
way-claim = called in the channel
way-claimed = fetched with the button
way-mail = e-mail
way-link = only the link in /orders
way-folder = folder
card-wish = { $what }: { $wish }
card-names = ⚠️ The wishes may name an artist: “{ $name }”. If so, approve no take that imitates them; ask the buyer where it is not clear.
card-picture = The waveforms of all takes, one above the other
card-preview = Preview of take { $take }
card-too-large = The previews are too large for this channel; the files lie in the order's folder.
card-place-closed = The review place cannot be written to, so this comes to you in private. "bgm check" says what is missing.
card-button-approve = Take { $take }
card-button-again = New takes
card-button-but = Again, but …
card-button-reject = Reject and refund
card-button-reject-free = Reject
card-button-correct = Correct …
card-button-preset = Save as preset
card-button-ask = Ask the buyer
card-corrected = 🎚️ { $changes }
card-asked = 💬 Asked, no answer yet: “{ $text }”
card-written = 💬 The buyer writes: “{ $text }”
card-approve = Approved: take { $take }, by { $by }.
card-again = New takes were asked for by { $by }.
card-reject = Rejected and refunded by { $by }.
card-reject-free = Rejected by { $by }; nothing was paid for it.
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
ruling-unheard = { $order }: { $what } is being corrected, or sounds otherwise than on the card you pressed. Listen to the new preview, then decide.
correct-title = { $order } · correct take { $take }
correct-how = Every button is one step. The new preview appears on the card; nothing is lost, undo leads back.
correct-making = ⏳ A new preview is being made.
correct-heard = ✅ The new preview is on the card.
correct-over = { $order } is decided. What was pressed since does not change it.
correct-now = Changed so far
correct-nothing = nothing, as composed
correct-measured = Measured
correct-loudness = Loudness of another purpose …
correct-undo = Undo
correct-reset = Reset
correct-approve = Approve take { $take }
correction-fade-in = Fade in
correction-fade-out = Fade out
correction-trim-start = Cut start
correction-trim-end = Cut end
correction-seam = Repair seam
correction-tame = Tame peaks
correction-louder = Louder
correction-softer = Softer
correction-less-bass = Less bass
correction-less-treble = Less treble
corrected-fade-in = fade-in { $value } s
corrected-fade-out = fade-out { $value } s
corrected-trim-start = start cut by { $value } s
corrected-trim-end = end cut by { $value } s
corrected-seam = seam repaired
corrected-tame = peaks tamed to { $value }
corrected-lufs = set to { $value } LUFS
corrected-gain-db = { $value } dB
corrected-low-db = bass { $value } dB
corrected-high-db = treble { $value } dB
letter-question-title = A question about your order
letter-answer-title = The shop answers
letter-about = Order
letter-you-wrote = You wrote
letter-answer = Answer
letter-how = Answer with the button, or simply write here.
letter-nudge = There is a question about your order, and your DMs are closed. Type /orders to read it here, for your eyes only.
letter-closed = The buyer's DMs are closed. They find your message with /orders.
letter-closed-called = The buyer's DMs are closed. They were called in the channel of the order and find your message with /orders.
letter-from-buyer = 💬 The buyer asks:
letter-from-buyer-answer = 💬 The buyer answers:
letter-form-buyer = Question about { $order }
letter-form-operator = Ask the buyer of { $order }
letter-form-answer = Answer ({ $order })
letter-text = Message
letter-example-buyer = What would you like to know or tell us?
letter-example-operator = e.g. Should the ending fade out, or stop on the last beat?
letter-sent = Passed on
letter-sent-buyer = The shop has your message about { $order }. The answer comes here as a DM.
letter-sent-operator = The buyer of { $order } gets your question as a DM; the answer will stand under the card. Until then the time for your verdict is longer.
letter-sent-buyer-answer = Thank you. The shop has your answer about { $order }.
letter-sent-operator-answer = The buyer of { $order } gets your answer as a DM.
letter-thread = { $order } · { $asked }
letter-ask = Question
orders-letter = 💬 The shop writes: “{ $text }”
error-letter-empty = There was nothing in your message. Please write a few words.
preset-form-title = Save as preset
preset-name = Name
preset-take = Which take ({ $takes })
preset-title = Presets
preset-text = Takes kept under a name: { $count }. ⭐ can be chosen by buyers in /bgm.
preset-none = No preset yet. ⭐ on a review card keeps a good take under a name.
preset-choose = Which one?
preset-picks = The shop's picks …
preset-from = Came from
preset-source = { $order }, take { $take }: { $title }
preset-played = Engine and seed
preset-is-offered = Buyers can choose it in /bgm as one of the shop's picks.
preset-is-kept = Kept for you. Buyers do not see it yet.
preset-offer = Offer to buyers
preset-withdraw = Offer no more
preset-rename = Rename
preset-drop = Delete
preset-drop-title = Delete the preset “{ $name }”?
preset-all = All presets
error-no-preset = That preset is not there any more.
error-preset-name = A preset needs a name.
command-shop-preset = Presets: look, rename, offer to buyers, delete
name-preset = preset
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
alert-correct = A correction failed. The take is as it was before.
alert-letter = A message between you and the buyer could not be passed on. The buyer can read it with /orders.
alert-hand-over = The buyer could not be reached with the music. Try again, or refund.
alert-hand-over-thread = The music could not be handed over in a private thread. The next way is being tried.
alert-hand-over-claim = The buyer could not be called where they ordered. The next way is being tried.
alert-hand-over-mail = The e-mail could not be sent. Please check the mail server.
alert-refund = The refund failed. It is tried again every hour; you can also try now.
alert-paper = The contract could not be sent to the buyer. They can read it in /orders.
alert-paid = A payment arrived that does not belong to the price or came twice. It goes back by itself.
alert-late = A time limit passed. The money goes back by itself.
alert-disputed = The buyer's bank disputes { $amount } and has taken it. Nothing is handed over until that is settled. Collect the evidence with bgm evidence { $order } at the terminal and hand it in at the payment provider in time.
alert-inquiry = The buyer's bank asks about a payment of { $amount }. The money is still here, but nothing is handed over until that is settled. Collect the evidence with bgm evidence { $order } at the terminal and answer at the payment provider in time.
alert-dispute-won = The dispute was decided for you. The { $amount } are the shop's.
alert-dispute-lost = The dispute was decided for the buyer, who has { $amount } back. The licence has ended with it.
alert-dispute-lost-part = The dispute was decided for the buyer in part: { $amount } went back, { $left } stay with the shop. The order and its licence stand. If you take the order back, only the { $left } are sent.
alert-dispute-lost-rest = The dispute was decided for the buyer in part: { $amount } went back by the bank. The remaining { $left } go back by themselves.
alert-dispute-lost-second = A dispute about a second payment of this order was decided for the buyer, who has { $amount } back. The order stands.
alert-dispute-lost-twice = The dispute was decided for the buyer, who has { $amount } back by the bank although money had gone back before: { $more } more than was paid. Show the payment provider the refund, or ask the buyer to return it.
alert-of = Of a payment of
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
stats-own-words = In buyers' own words (a finer mood for moods.toml?)
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
shop-bundle = Bundle
shop-bundle-kept = { $spent } of its credit are used. A refund sends { $back } back; what was used is kept at the price of the bundle.
shop-bundle-owed = { $spent } of its credit are used. Stars go back as a whole ({ $back }), and the buyer owes that credit.
shop-buyer = Buyer
shop-buyer-line = { $name } ({ $id })
shop-deadline = Until
shop-failure = What failed
shop-cause = Why
shop-detail = Technical detail
cause-later = The service did not answer, or was too busy, until the last try. Look at its status page and at this computer's connection, then try again.
cause-refused = The service refuses. Usually a permission, a key or a setting is behind it: bgm check at the terminal looks at each of them. Mend that, then try again.
cause-unreachable = Nothing can be written there: the channel or the conversation is gone, or has shut the bot out.
cause-too-large = The file is larger than this chat takes.
cause-missing = A file or a record that is needed is gone. See whether the media folder or store was moved or emptied.
cause-memory = There is too little memory for a piece of this length. Close other programs or use a smaller model, then try again.
cause-engine = The engine could not make or finish the music. Try again; if it stays so, bgm check and the log tell more.
cause-disk = The disk is full. Free some space, then try again.
cause-vanished = The process that worked on it ended again and again. Too little memory does that; bgm check and the log tell more.
cause-fault = A fault of the program. Try again; if it comes back, report it with the technical detail below.
cause-way-closed = The buyer cannot be written to: their direct messages are closed or the bot is blocked, and no other way is open. Try again once one is.
cause-way-refused = The last way that was left was refused, too. Check the bot's permissions and the mail settings with bgm check, then try again.
cause-way-no-address = The buyer left no e-mail address, or the shop sends no e-mail, so that no way is left.
smtp-login = The mail server does not take the user name or the password. Put the right ones into SMTP_URL and start the shop again; many providers want a password made for apps.
smtp-open = The mail server { $server } offers no encryption (TLS), so the password was not sent. Begin SMTP_URL with smtps://, or use another server.
smtp-away = The mail server { $server } cannot be reached. Check the address and port in SMTP_URL, and this computer's connection.
smtp-untrusted = The mail server { $server } shows a certificate that nobody vouches for, so nothing was sent. Check the server's name in SMTP_URL, and whether smtp (STARTTLS) or smtps is right.
smtp-address = The mail server will not deliver to the buyer's address ({ $code }). It may be mistyped or gone: ask the buyer for another one.
smtp-letter = The mail server refuses what is in the e-mail ({ $code }). A size limit or a spam filter may be behind it: ask your mail provider.
smtp-sender = The mail server refuses the address the shop sends from ({ $code }). See whether it may be used as ?from= in SMTP_URL.
smtp-busy = The mail server asks to come back later ({ $code }). The shop tries for hours by itself; if it stays so, ask your mail provider.
smtp-broken = The connection to the mail server broke off. Look at the server's state, then try again.
shop-journal = Journal
shop-journal-line = { $at }: { $what } ({ $by })
shop-journal-line-ignored = { $at }: { $what } ({ $by }), without effect
shop-retry = Try again
shop-refund = Refund
refund-title = Send { $amount } back
refund-title-changes = { $amount } back; { $changes ->
    [one] 1 change ends
   *[other] { $changes } changes end
} too
refund-credit = { $credit } of credit
refund-money-and-credit = { $amount } + { $credit } of credit
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
journal-correctionasked = correction asked for
journal-corrected = corrected
journal-notcorrected = correction not possible
journal-letter = message written
journal-lettersent = message passed on
journal-mastered = files made
journal-certified = licence issued
journal-handedover = handed over
journal-wayclosed = way to the buyer closed
journal-mailasked = asked for by e-mail
journal-licenseenamed = name on the licence given
journal-refundasked = refund asked for
journal-sourcereturned = the piece it changes was taken back
journal-papersent = contract sent
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
setup-welcome = Let's open your shop. Every answer is checked before it is written to { $file }; Enter keeps what is in brackets. Tokens and keys stay invisible while you paste them.
setup-ended = The answers ended before the questions did. What was checked so far is saved; run `bgm setup` again.
setup-enter-again = Press Enter to look again
setup-not-listed = “{ $value }” is not in the list. Type a number or a name from it.
setup-discord-token = Discord bot token (Developer Portal → your application → Bot → Reset Token; Enter for no Discord)
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
setup-discord-later = Discord stays closed. Run `bgm setup` again when you want it.
setup-telegram-token = Telegram bot token (talk to @BotFather, /newbot; Enter for no Telegram)
setup-telegram-token-keep = Telegram bot token (Enter keeps the one in your file)
setup-telegram-later = Telegram stays closed. Run `bgm setup` again when you want it.
setup-telegram-hello = Hello, { $name }.
setup-telegram-advice = Where do you want to listen and approve on Telegram? Make a private group, add { $name } as an administrator and write /start in it; or just write /start to { $name } and use that chat.
setup-telegram-chat = Number from the list, or a chat's id (Enter to look again, - to approve on Discord only)
setup-telegram-chat-good = Review cards will appear in { $name }.
setup-telegram-operator = Telegram user id of whoever approves orders (several: separate with commas)
setup-telegram-operator-wrong = “{ $value }” is no Telegram user id. It is a number; @userinfobot tells you yours.
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
checkup-engine = The engine { $engine } is ready to compose.
checkup-engine-hours = The engine works { $hours } only, but an order has to be composed within { $within } h of its payment; what waits longer is refunded.
checkup-engine-hours-remedy = Give compose under [times] in shop.toml more hours, or the engine a longer night.
checkup-engine-elsewhere = This computer composes nothing (compose = false): bgm worker has to run on another.
checkup-ffmpeg = ffmpeg is not installed; M4A files cannot be made.
checkup-retention = Past their keeping time: { $files } files of { $orders } orders ({ $mebibytes } MiB) are deleted next night. See [retention] in shop.toml.
checkup-mail = Logged in at the mail server { $server }, sending as { $sender }.
checkup-mail-bad = No e-mail goes out by { $server }: { $error }
checkup-mail-bad-remedy = Mend SMTP_URL, or leave it out: then the shop sends no e-mail.
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
checkup-doorway = No doorway is open: neither DISCORD_TOKEN nor TELEGRAM_TOKEN is set.
checkup-doorway-remedy = Run `bgm setup`, or set the token of your Discord or Telegram bot.
checkup-discord = Discord knows the shop as { $name }.
checkup-discord-away = Discord did not answer: { $error }
checkup-discord-away-remedy = Check this machine's connection and DISCORD_API_BASE, then look again.
checkup-discord-refused = Discord refused: { $error }
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
checkup-channel-public = Everybody on the server can see #{ $name }, the review channel: takes you have not approved, and what buyers ask for, would be public.
checkup-channel-public-remedy = Channel → Edit → Permissions: switch "Private channel" on (@everyone: View Channel off), then add the bot and yourself.
checkup-permissions = In the review channel the bot lacks: { $permissions }.
checkup-permissions-remedy = Channel → Edit → Permissions → the bot's role: allow exactly these.
checkup-telegram = Telegram knows the shop as { $name }.
checkup-telegram-away = Telegram did not answer: { $error }
checkup-telegram-away-remedy = Check this machine's connection and TELEGRAM_API_BASE, then look again.
checkup-telegram-refused = Telegram refused: { $error }
checkup-telegram-refused-remedy = Ask @BotFather for the token (/token) and run `bgm setup`. A token of the test environment needs TELEGRAM_TEST=true.
checkup-telegram-stripe = Telegram buyers pay by Stripe. Telegram demands Stars for digital goods and may close a bot that takes other money.
checkup-telegram-stripe-remedy = This is your decision. pay = "stars" under [telegram] in shop.toml keeps to Telegram's rules.
checkup-telegram-webhook = Telegram is to bring updates to { $address }, but brings them to https addresses only.
checkup-telegram-webhook-remedy = Set PUBLIC_URL to an https address, or webhook = false under [telegram] in shop.toml.
checkup-stars-unpriced = Nothing has a price in Telegram Stars.
checkup-stars-unpriced-remedy = Add [stars] or [currencies.XTR] to prices.toml.
checkup-stars-only = Orders are paid in Telegram Stars.
checkup-chat-unset = TELEGRAM_REVIEW_CHAT_ID is not set: nobody would hear the takes.
checkup-chat-unset-remedy = Run `bgm setup`; it finds the chat in which you wrote to the bot.
checkup-chat = { $error }
checkup-chat-remedy = Add the bot to your review chat, or run `bgm setup` to choose another.
checkup-chat-rights = The bot may not write in { $name }.
checkup-chat-rights-remedy = Make it an administrator that may post messages.
checkup-chat-public = { $name }, where you review, is public: everybody could hear the takes and read what buyers asked for.
checkup-chat-public-remedy = In Telegram: Edit → Group type (Channel type) → Private. Or choose another chat with `bgm setup`.
checkup-chat-good = The shop may write in { $name }.
checkup-chat-good-remedy = Make the bot an administrator there: only then it hears reactions and every message, not just buttons and replies.
checkup-stripe = Stripe accepts the key.
checkup-stripe-unset = STRIPE_SECRET_KEY is not set: orders cannot be paid.
checkup-stripe-unset-remedy = Run `bgm setup`. A restricted key is enough; docs/going-live.md lists its rights.
checkup-stripe-away = Stripe did not answer: { $error }
checkup-stripe-away-remedy = Check this machine's connection and STRIPE_API_BASE, then look again.
checkup-stripe-refused = This Stripe key does not work: { $error }
checkup-stripe-refused-remedy = Make a key at dashboard.stripe.com/apikeys, and start with --test if it is a test key.
checkup-webhook = No STRIPE_WEBHOOK_SECRET: payments are noticed by asking Stripe every few seconds.
checkup-webhook-remedy = Nothing needs doing. With a public https address, a webhook is quicker.

# bgm demo
demo-opening = Opening the shop and the world around it
demo-unopened =
    The shop did not open; its log is { $log }. It ends like this:
    { $tail }
demo-closed =
    The shop closed by itself; its log is { $log }. It ends like this:
    { $tail }
demo-open = The shop is open: { $page }
    Be the buyer on the left and the operator on the right; switch between Discord and Telegram at the top. Ctrl+C closes everything.

# bgm backup and bgm restore
error-no-shop = There is no shop here yet, so there is nothing to back up: { $place }. Go to the folder with its .env, or set BGM_DATA or DATABASE_URL.
error-no-folder = There is no folder { $folder }. Create it first.
error-no-backup = { $file } is not a backup of this shop.
error-backup-objects = Of the files that { $file } names, { $count } are missing or damaged in { $folder }, such as { $key }. Nothing was changed. Copy that folder over from where the backup was written, or take an older backup.
error-backup-version = { $file } was written by another version of the shop. Restore it with that version, then update.
error-restore-over = There are already { $count } orders. To replace them with { $file }, add --force.

# bgm ledger
ledger-title = The month from { $since }
ledger-payment = Payments
ledger-tax = Tax in the payments, less that in refunds
ledger-fee = Payment fees
ledger-refund = Refunds
ledger-refund-failed = Refunds that came back
ledger-dispute = Taken by disputes
ledger-dispute-won = Returned by disputes
ledger-net = What is left
ledger-empty = In the month from { $since } no money has moved.
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
order-draft = This is a draft without a licence: the music of { $engine } may not be sold ({ $licence }).
order-failed = The music could not be made: { $why }
order-column-take = Take
order-column-rank = Rank
order-column-music = Tempo and key
order-column-level = Level
order-column-why = Why, and its preview
order-ask = Which take do you want ({ $takes }, or r for new ones)?
engines-name = Engine
engines-pull-stopped = Stopped. The same command goes on with the files that are not here yet.
engines-hub-away = The model hub cannot be reached ({ $why }). Is there a network? Without one, carry the folder over: bgm engines pull NAME --from FOLDER
engines-hub-refuses = The model hub does not give these weights out: { $why } Gated models want your consent on their page, and your access token in HF_TOKEN.
engines-not-copied = The weights could not be written: { $why }
engines-disk-full = The disk is full. The engine in use was not touched; free some space and give the same command again.
engines-no-room = There is not enough room for the weights: { $needed } GiB are needed, { $free } GiB are free. Nothing was changed.
engines-damaged = { $file } is damaged: it is not the file that its maker stated. Nothing was changed; fetch it again with the same command.
engines-lacks = The folder { $folder } is not complete: { $file } is missing. Copy it again.
engines-no-folder = There is no folder { $folder }.
engines-other-form = { $repository } does not hold the weights in the form that is read here ({ $file }). Nothing was fetched. Convert them once, as docs/engines.md says, and then: bgm engines pull { $engine } --from FOLDER
engines-other-model = The folder { $folder } holds a model of another kind ({ $found }), not { $engine }.
engines-no-weights = The weights of { $engine } are not on this computer. Fetch them: bgm engines pull { $engine } (or --from FOLDER). If another computer composes, set compose = false under [work] in shop.toml here.
engines-not-accepted = The music of { $engine } may be sold on a condition ({ $licence }) that you have not accepted yet. Read and accept it: bgm engines accept { $engine }
engines-not-for-sale = The music of { $engine } may not be sold ({ $licence }), so that the shop does not open with it. Set BGM_ENGINE to one of: { $others }. For drafts of your own use: bgm order.
engines-unknown = There is no engine “{ $engine }”. There are: { $known }.
engines-sells = For sale
engines-rights = Program: { $code }. Weights: { $weights }, { $source }
engines-trained = Trained on: { $data }
engines-condition-musicgen = Its weights are for non-commercial use: drafts and samples that are not for sale.
engines-condition-stable-audio-3 = You may sell its music if your yearly revenue is below 1,000,000 USD, you have registered for commercial use with Stability AI, and you show “Powered by Stability AI” where you offer the music.
engines-lengths = Lengths
engines-length = { $shortest }-{ $longest } s
engines-can = Can, beyond new music: { $traits }
engines-can-tempo = keeps a tempo
engines-can-melody = follows a melody
engines-can-repaint = a part made again
engines-can-vary = varied
engines-can-extend = longer
engines-sells-yes = yes
engines-sells-conditional = on conditions
engines-sells-no = no
engines-here = This machine
engines-needs-either = { $gpu } GiB on a GPU, or { $cpu } GiB on a CPU
engines-needs-gpu = { $gpu } GiB on a GPU
engines-needs-nothing = -
engines-needs = Memory
engines-speed = Speed measured here
engines-speed-unknown = no order yet
engines-speed-is = { $span } for an order of one minute ({ $device }; orders measured: { $orders })
engines-here-yes = ready { $model }
engines-here-slowly = ready, on the CPU: slow { $model }
engines-here-no-extra = needs more software (below)
engines-here-no-weights = no weights: bgm engines pull { $engine }
engines-here-other-model = { $folder } holds another model ({ $found })
engines-here-no-model = no model in { $folder }
engines-here-no-gpu = needs a GPU with { $needed } GiB
engines-here-no-memory = needs { $needed } GiB of memory, there are { $found }
engines-no-weights-needed = { $engine } needs no weights; it is ready.
engines-pulled = { $engine } is here, every file checked: { $folder }
engines-next-try = Hear it before anybody pays: BGM_ENGINE={ $engine } bgm order --mood { $mood } --seconds 30 --out trial
engines-next-accept = Before it may take paid orders: bgm engines accept { $engine }
engines-accept-yes = { $engine } may sell without a condition; there is nothing to accept.
engines-accept-no = The music of { $engine } may not be sold; nothing you accept changes that.
engines-accept-ask = Do you accept this condition for your shop? (yes/no)
engines-accept-not = Nothing was recorded.
engines-accepted = Recorded: { $engine } may take paid orders.

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
told-queued-free = Your order is in. You are number { $position } in the queue.
told-hours = The takes will be ready in about { $hours } hours.
told-minutes = The takes will be ready in about { $minutes ->
    [one] a minute
   *[other] { $minutes } minutes
 }.
told-composing = Your payment is in and your music is being made.
told-composing-free = Your order is in and your music is being made.
told-composing-again = We are making new takes that fit you better.
told-reviewing = The takes are ready. A person is listening and picking the one that fits best.
told-packing = A take is chosen. Master files and licence certificate are being made.
told-delivering = Everything is packed and on its way to you.
told-held = Your music is ready. Your bank is looking into the payment; as soon as that is settled, it is sent to you.
told-delivered = Your music is with you. Enjoy it!
told-delivered-here = Your music is ready. Fetch it with the button below.
told-withdrawn = You have withdrawn from this contract. All of { $amount } is on its way back to you.
told-refunding = We could not finish this order, and we are sorry. All of { $amount } is on its way back to you.
told-returning = Your order is taken back, and its licence ends with it. All of { $amount } is on its way back to you.
told-source-returned = Order { $source }, whose piece this one changes, was taken back. This change and its licence went with it. It had cost nothing.
told-source-returning = Order { $source }, whose piece this one changes, was taken back. This change and its licence go with it: all of { $amount } is on its way back to you.
told-returning-kept = Your order is taken back, and its licence ends with it. { $amount } is on its way back to you.
told-refunded-kept = { $amount } has been returned. Your bank may take some days to show it.
told-refunded = All of { $amount } has been returned. Your bank may take some days to show it.
told-licence-ended = The licence has ended with it: please take the music out of what you have published, or replace it.
told-source-gone = Order { $source }, whose piece this one changes, was taken back.
told-charged-back = Your bank has returned the payment of { $amount }. The licence of this order has ended.
told-cancelled = The order is cancelled. Nothing was charged.
told-cancelled-credit = This order does not stand any more. The credit that you had used for it is yours again.
told-cancelled-free = This order could not be completed. It cost nothing, and a free change that was used for it is yours again.
told-cancelled-bank = The order is cancelled. If your bank still confirms the payment, all of it is returned to you.
told-bank-refused = Your bank did not carry out the payment, so the order is cancelled. Nothing was charged.
told-second-payment = Paid twice
told-kept = Kept by the shop
told-kept-text = { $kept } for { $spent } of this bundle’s credit that you have used; the music you had for it stays yours
told-part = Returned so far
told-part-returned = { $amount } of { $paid }
told-returned = { $amount } returned
told-credit-back = { $amount } yours to use again
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
web-format-m4a = M4A · AAC, for phones and video editors
web-format-pdf = Licence certificate
web-format-stems = Stems · one WAV for each instrument (ZIP)
web-format-mid = MIDI · the notes
web-qr = Scan to check the certificate.
web-kit-text = If a platform claims or mutes the music, fetch this kit and paste the text for that platform.
web-kit-button = Download the claim kit (ZIP)
web-link-until = This link stays open until { $until }. After that, /orders in the chat gives you a new one.
web-link-private = Anyone who has this link can fetch the files, so do not post it in public.
web-expired-title = This link has expired
web-expired-text = Your music is still here. Type /orders in the chat where you ordered it, and you get a new link at once.
web-uncertified-title = This shop issued no such certificate
web-uncertified-text = Compare the number with the certificate, letter by letter. If it is right, the certificate is not from here. You can also upload the music or the certificate itself: see “Check a certificate” below.
web-missing-title = There is no such page
web-missing-text = The address may be cut off or mistyped. Open the link from your chat again, or type /orders there for a new one.
web-withdrawn-title = This order was taken back
web-withdrawn-text = Its licence has ended, so the files are no longer available. What was paid for it goes back to you.
web-unready-title = Not ready yet
web-unready-text = Your music will be here when it is finished. This page refreshes itself.
web-busy-title = Please come back in a moment
web-busy-text = There were too many requests in a short time.
web-failed-title = Something went wrong
web-failed-text = It is our fault. Please try again in a moment.
web-pay-transfer-title = Please pay by bank transfer
web-pay-transfer-text = Account, amount and reference stand in your chat with the shop: type /orders there.
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
web-home-telegram = Order on Telegram
web-home-discord = Order on Discord
web-home-where = Orders are placed in chat: type /bgm where you met this shop.
web-home-how = How it works
web-home-proof = Somebody claims the music?
web-home-proof-text = Every piece has a signed certificate. Whoever doubts it, a platform or a client, checks its number or the file itself here.
web-link-verify = Check a certificate
web-link-terms = Terms
web-link-privacy = Privacy
web-shop-footer = { $shop } · background music made with AI
web-verify-title = Check a certificate
web-verify-text = Type the number on the certificate to learn whether this shop issued it and whether it still stands.
web-verify-button = Check
web-verify-key = Public signing key (Ed25519)
web-verify-key-text = The licence.json attached to every certificate PDF is signed with this key, so it can be checked offline too.
web-verify-stands = This shop issued it, and it stands.
web-verify-ended = This shop issued it, but the order was taken back and the licence has ended.
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
proof-paper-same = This PDF is byte for byte the certificate that was issued.
proof-paper-other = This PDF is not the one that was issued: its pages may show something else than the signed record in it. What counts is on the certificate's page here.
proof-manifest-none = There is no provenance manifest (C2PA) in the file. Re-encoding or editing removes it.
proof-manifest-trusted = The provenance manifest (C2PA) in the file is signed by this shop, and the file is unchanged since.
proof-manifest-valid = The file is unchanged since its provenance manifest (C2PA) was signed. Who signed it cannot be told here.
proof-manifest-invalid = The provenance manifest (C2PA) in the file does not fit: the file was changed after it was signed.
proof-mark-heard = The shop's inaudible mark is in the music: this shop made it (score { $score }, needed { $needed }).
proof-mark-none = The shop's inaudible mark was not found (score { $score }, needed { $needed }). Music under ten seconds or changed a lot may have lost it.
proof-mark-unplayable = The sound of this file cannot be opened, so the inaudible mark was not looked for.
proof-mark-m4a = M4A sound cannot be opened on this machine, so the inaudible mark was not looked for; everything else was checked. The mark can be checked in a WAV, FLAC or MP3 of the same music, or where ffmpeg is installed.
proof-names-certificate = The file names certificate { $number }, and there is no certificate to hold it against. Give the PDF with --certificate.
proof-no-certificate = The file names no certificate, and there is none to hold it against.
proof-file-same = This is exactly { $name } as the certificate names it (SHA-256).
proof-file-other = This is none of the files the certificate names. A re-encoded or edited copy reads like this too.
proof-ended = The order was taken back, so this certificate has ended.
proof-unknown = The file names certificate { $number }, which this shop never issued.
proof-unlisted = Certificate { $number } is not in this shop's order book. It is of a piece made at the terminal (bgm order), or the book was brought back from an older backup.
proof-replaced = This certificate was issued anew in another name. The number that counts now: { $number }
proof-sounds-duplicate = It sounds like a piece this shop sold ({ $percent } % alike, certificate { $number }). That compares the sound; it does not say that the file is the same.
proof-sounds-sibling = It resembles a piece this shop sold ({ $percent } % alike). That is no proof that it is that piece.
error-verify-nothing = Give the number of a certificate, or attach a file.
error-verify-kind = Files of this kind cannot be checked. What can be: { $kinds }, .pdf, .json
error-verify-large = The file is too large. Up to { $mebibytes } MiB can be checked.
web-verify-replaced = This certificate was issued anew in another name. The number that counts now:
web-verify-upload-title = Check a file
web-verify-upload-text = No number needed. Upload a music file or a certificate, and its provenance, inaudible mark, acoustic fingerprint and signature are looked at; you are told what is proven and what is not. Re-encoded and cut copies work, too. The file is deleted right afterwards.
web-verify-upload-limit = Up to { $mebibytes } MiB; of music the first { $minutes } minutes are listened to.
web-verify-upload-button = Upload and check
web-verify-upload-working = Sending and listening…
web-verify-result-title = What the file says
web-verify-result-proven = It is proven to be this shop’s music.
web-verify-result-open = Nothing is proven. That does not mean that the music is not this shop’s.
web-verify-result-against = Something does not fit. Look below.
web-verify-result-limits = Mark and fingerprint say only that this shop made the sound; to whom its use is permitted, the certificate says. A missing mark does not mean that a person made the music. How often the mark is heard where there is none was measured: the highest score of { $trials } trials on unmarked music was { $highest }, { $needed } is needed.
web-verify-certificate-open = Show certificate { $number }
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
check-unwanted = The order rules something out, and this engine can only be asked to leave it out: listen for it.
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
correction-did-trim = { $end ->
    [0] { $start } s cut from the start.
   *[other] { $start ->
        [0] { $end } s cut from the end.
       *[other] { $start } s cut from the start and { $end } s from the end.
    }
 }
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
error-correction-nothing = There is nothing to correct that way now.
error-correction-failed = That correction failed; the take is as it was before.

# The page with which an operator goes through moods and styles (bgm listen)
listen-title = Every mood in every style
listen-about = Press play: the next piece starts by itself. The picture below each player is its score.

# Settings that are wrong. $file, $key and names of variables stay as they are written in the file.
problem-operators = OPERATOR_IDS: nobody may approve orders. Set it to your user id, e.g. discord:123456789.
problem-port = HTTP_PORT: the shop cannot listen on { $place }: { $reason }. Choose another port.
problem-demo-port = --host, --port: { $place } cannot be listened on: { $reason }. Name another, or none.
problem-no-doorway = DISCORD_TOKEN, TELEGRAM_TOKEN: no doorway is open. Run "bgm setup", or set the token of your bot.
problem-webhook-address = PUBLIC_URL: telegram.webhook = true (shop.toml) needs an https address.
problem-review-place = shop.toml: review.place = "{ $place }", but that doorway has no review place.
problem-review-channel = DISCORD_REVIEW_CHANNEL_ID: nobody would hear the takes. Run "bgm setup", it finds the channel.
problem-review-chat = TELEGRAM_REVIEW_CHAT_ID: nobody would hear the takes. Run "bgm setup", it finds the chat.
problem-no-stars = prices.toml: there are no prices in Stars. Add [stars] or [currencies.XTR].
problem-bank-currency = shop.toml: [payments.bank] takes { $bank }, but prices.toml also sells in { $others }. Set STRIPE_SECRET_KEY, or sell in one currency.
problem-no-stripe = STRIPE_SECRET_KEY: orders cannot be paid. Run "bgm setup", or set the key.
problem-stripe-key = STRIPE_SECRET_KEY is no secret key. Right would be rk_live_… (or sk_live_…), for tests …_test_….
problem-stripe-publishable = STRIPE_SECRET_KEY holds the publishable key (pk_…), which cannot take payments. Copy the secret or restricted key beside it: rk_live_… (or sk_live_…), for tests …_test_….
problem-stripe-swapped = STRIPE_SECRET_KEY holds the webhook's signing secret (whsec_…), which belongs into STRIPE_WEBHOOK_SECRET. Here goes rk_live_… (or sk_live_…), for tests …_test_….
problem-stripe-live = STRIPE_API_BASE is { $base }, but the key is a live one. Live keys go to { $api } only.
problem-stripe-test = STRIPE_SECRET_KEY is a test key: nobody would really pay. Use a live key, or run with --test.
problem-stripe-plain = STRIPE_API_BASE is { $base }: keys travel by https only, except on this machine.
problem-webhook-secret = STRIPE_WEBHOOK_SECRET is no signing secret. Right would be whsec_…, which Stripe shows beside the webhook.
problem-data = BGM_DATA: { $folder } cannot be written to: { $reason }. Choose another folder, or give yourself the right to write there.
problem-media = { $name }: { $folder } cannot be written to: { $reason }. Choose another folder, or give yourself the right to write there.
problem-discord-token = DISCORD_TOKEN: Discord does not know this token. Make a new one in the Developer Portal (Bot → Reset Token) and run "bgm setup".
problem-telegram-token = TELEGRAM_TOKEN: Telegram does not know this token. Ask @BotFather for it (/token) and run "bgm setup". A token of the test environment needs TELEGRAM_TEST=true.
problem-stripe-unknown = STRIPE_SECRET_KEY: Stripe does not know this key. Make one at dashboard.stripe.com/apikeys and run "bgm setup".
problem-open = BGM_DATA: another shop is open on { $folder }. Close it first, or choose another folder.
problem-soundfont = shop.toml: work.soundfont = "{ $name }": there is no such file in { $folder }.
problem-known-works = shop.toml: likeness.known_works = "{ $name }": there is no such folder in { $folder }.
problem-variable = { $name }: { $reason } (environment or .env)
problem-config-folder = BGM_CONFIG: there is no folder { $folder }. Create it, or leave the variable out.
problem-unreadable = { $file }: cannot be read: { $reason }.
problem-toml = { $file }: is no valid TOML: { $error }
problem-key = { $file }: { $key }{ $value } is not right: { $reason }
problem-key-missing = { $file }: { $key } is missing.
problem-key-unknown = { $file }: { $key } is not a known key. Remove it, or correct its spelling.
problem-sentence = { $file }: this is no sentence of the file's format: “{ $words }”
problem-name = { $file }: { $key } names { $name }, which is none of: { $known }
problem-table-missing = { $file }: [{ $table }] is missing; { $where } offers it.
problem-chain = { $folder }: chain.pem and key.pem belong together, and one is missing.
problem-shop-key = { $file }: has { $bytes } bytes instead of { $right }. Restore it from a backup.
problem-template = { $file }: cannot be set: { $error }
problem-smtp = SMTP_URL: write smtp://user:password@host:587?from=shop@example or smtps://…:465.
problem-sender = SMTP_URL: there is nobody to send as. Add ?from=…, or fill in business.email in shop.toml.
problem-bucket = MEDIA_URL: write s3://bucket/prefix?endpoint=https://…&region=… (the keys go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY).
problem-bucket-option = MEDIA_URL: { $name }= is not known. There are endpoint= and region=.
problem-bucket-endpoint = MEDIA_URL: endpoint= is an address such as https://s3.example.
problem-bucket-keys = AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: the object store of MEDIA_URL needs both.
problem-bucket-extra = MEDIA_URL: object stores need an extra. Install it with: .venv/bin/pip install -e ".[s3]"
problem-database-unreadable = DATABASE_URL cannot be read. Right would be sqlite:///shop.db or postgresql://user:password@host/name.
problem-database-kind = DATABASE_URL: “{ $kind }” is not supported. Right would be sqlite:///shop.db or postgresql://user:password@host/name.
problem-database-memory = DATABASE_URL names no file, so that nothing would be kept. Right would be sqlite:///shop.db or postgresql://user:password@host/name.
problem-database-away = DATABASE_URL: the database cannot be opened: { $error }. Check the address, the password, and that it runs.
problem-sandbox-live = STRIPE_SECRET_KEY: the sandbox does not start beside a live key. Unset it, or work in another folder.
reason-discord-token = it does not know this token
reason-telegram-token = it does not know this token
reason-no-chat = The bot is not in the chat { $chat }, TELEGRAM_REVIEW_CHAT_ID.
reason-stripe-key = Stripe does not know it, or has revoked it
reason-stripe-away = it cannot be reached from here
reason-away = it cannot be reached from here ({ $why })
reason-text = text in quotes is needed
reason-whole = a whole number is needed
reason-number = a number is needed
reason-switch = true or false is needed
reason-table = a table is needed
reason-list = a list in [square brackets] is needed
reason-above = it must be above { $gt }
reason-least = it must be at least { $ge }
reason-below = it must be below { $lt }
reason-most = it must be at most { $le }
reason-short = it must have at least { $min_length } characters
reason-long = it must have at most { $max_length } characters
reason-few = it must have at least { $min_length } entries
reason-many = it must have at most { $max_length } entries
reason-pattern = it does not have the form { $pattern }; config/ has an example
reason-choice = it must be one of: { $expected }
reason-other = { $message }
reason-person = “{ $value }” is not platform:id such as discord:123456789
reason-address = “{ $value }” is not an address such as https://shop.example
reason-database = write sqlite:///path or postgresql://user:password@host/name
reason-bank = manual = true needs name, account and holder in [payments.bank]
reason-own-risk = Telegram demands Stars for digital goods and may close a bot that takes other money. If that is your decision, also set stripe_at_my_own_risk = true (docs/telegram.md)
reason-zone = it is no time zone; write e.g. Asia/Seoul or Europe/Berlin
reason-tempo = write [slowest, fastest]
reason-bundle = { $pieces } pieces for the price of { $pay } is no bundle; pay must be less
reason-currency = “{ $code }” cannot be sold in; write a currency of none or two decimals, e.g. KRW or USD
reason-unit = { $amount } is no amount of { $code }, whose smallest unit is { $step }
reason-stars-rate = stars.rate = { $rate }: at that rate { $amount } { $code } would be no Star at all and be given away; write how many Stars one { $code } is worth, e.g. 77
reason-no-currency = { $key } = "{ $code }" has no [currencies.{ $code }] table
reason-no-standard = [tiers.{ $tier }] is missing: it is the licence of who chooses none
reason-placeholder = unknown {"{"}{ $name }{"}"}; known: { $known }
reason-lacks = [{ $table }] lacks { $names }
reason-scope = [{ $table }] names { $name }, which [scope] does not have
error-system = { $file }: this cannot be read or written: { $reason }.
system-denied = no permission
system-port-taken = another program uses it already
system-no-address = this machine has no such address (HTTP_HOST)
system-missing = it is not there
system-no-folder = a file lies where a folder should be
system-folder = it is a folder
system-read-only = it can only be read
system-full = the disk is full
system-other = { $error }

backup-written = { $file }: written, { $rows } rows, { $mebibytes } MiB.
backup-vault = { $folder }: { $objects } files, { $mebibytes } MiB, of which { $fetched } MiB are new.
backup-restored = { $file }: put back in place, { $rows } rows.

usage-missing = { $what } is missing.
usage-no-option = There is no option { $option }.
usage-wrong-value = { $what } cannot be used so: { $reason }
usage-no-verb = There is no “{ $verb }”. There are: { $known }
usage-extra = Too much was typed: { $words }
usage-other = That cannot be used: { $reason }
usage-help = What there is: { $command }

# The terminal's help: what stands in bot/cli.py, word for word.
cli-backup =
    Write the whole shop into one archive.

    Database, media, signing keys and config; the shop may be open meanwhile.
cli-backup-file = The archive to write, e.g. shop.tar.gz.
cli-bgm = A shop in chat with which one person sells AI-made background music.
cli-check = Name everything that is missing or wrong, with its remedy.
cli-demo =
    The whole shop in a little world of its own, to play with.

    Opens a page on which you are its buyer and its operator. Nothing real is touched.
cli-demo-browser = Open the page in the browser.
cli-demo-port = Port of the page; 0 takes a free one.
cli-engines = The engines: may they sell, do they run here; weights and terms.
cli-engines-accept = Show on what condition its music may be sold, and accept it.
cli-engines-accept-name = The engine whose terms are accepted.
cli-engines-accept-yes = Do not ask; the terms have been read.
cli-engines-pull =
    Fetch an engine's weights and check every hash.

    They are kept in the data folder.
cli-engines-pull-name = musicgen, ace-step or stable-audio-3.
cli-engines-pull-source = A folder of weights, for machines offline.
cli-evidence =
    Collect what proves an order, for a bank that asks.

    Consents, hashes, licence and hand-over.
cli-evidence-order = The order's number.
cli-evidence-out = Folder for the papers; default: evidence-ORDER.
cli-json = Logs as JSON, one object a line.
cli-language = ko or en; default: the terminal's.
cli-ledger =
    What a month brought, and what is left of it.

    Payments, fees, refunds and disputes.
cli-ledger-csv = Every movement as CSV, to FILE or to the terminal.
cli-ledger-file = With --csv: the file to write.
cli-ledger-month = For example 2026-11; default: this month.
cli-listen =
    Compose every mood in every style, with a page to hear them.

    And a picture of each score.
cli-listen-mood = Only these moods; may be repeated.
cli-listen-out = Folder for the page, the sounds and the pictures.
cli-listen-seconds = Length of each piece.
cli-listen-style = Only these styles; may be repeated.
cli-order =
    One order from brief to licence, into a folder.

    On this machine alone: nobody is asked, nothing is sent.
cli-order-approve = best, ask (the best if nobody answers), or a take's number.
cli-order-details = Your own words.
cli-order-key = For example: D minor.
cli-order-length = 45, 1:30 or 2분.
cli-order-loop = A seamless loop.
cli-order-mood = A mood of config/moods.toml, e.g. calm.
cli-order-out = Folder for the finished files.
cli-order-purpose = youtube, podcast, game, ad …
cli-order-style = lo-fi, cinematic, jazz …
cli-order-tempo = Beats per minute.
cli-restore = Put an archive back in place; the shop must be closed.
cli-restore-file = The archive that backup wrote.
cli-restore-force = Replace what is there.
cli-run = Open the shop until it is stopped: chat, payments, music, web.
cli-sandbox =
    Only that world: Discord, Telegram and Stripe on this machine.

    Prints one JSON line, then serves.
cli-sandbox-forward-to = The shop's address, for webhooks.
cli-sandbox-host = Where to listen; loopback only, unless you know why.
cli-sandbox-port = Port of the page; 0 takes a free one.
cli-setup =
    Ask for what the shop needs, check it, and write it to .env.

    Each answer is checked with its service.
cli-test = Permit test keys: no real money moves.
cli-verify =
    Say what a file proves, offline.

    By its provenance, inaudible mark, certificate and signature. Status 1: it is not proven.
cli-verify-certificate = The licence PDF to hold a track against.
cli-verify-file = A track, a licence PDF or its licence.json.
cli-version = Show the version and leave.
cli-worker =
    Only compose, on this or any other machine.

    Takes work from the shop's database.
cli-worker-engine = The engine that composes; default: BGM_ENGINE.
cli-word-usage = Usage:
cli-word-options = Options:
cli-word-commands = Commands:
cli-word-arguments = Arguments:
cli-word-required = required
cli-word-default = default:
cli-word-help = Show this message and exit.
cli-word-option = OPTIONS
cli-word-command = COMMAND
cli-word-argument = ARGS
cli-word-text = text
cli-word-texts = texts
cli-word-path = path
cli-word-number = number
