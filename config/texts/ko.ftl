# 사람이 읽는 모든 문장의 한국어판입니다. 이 파일을 내 폴더(BGM_CONFIG)의 texts/ko.ftl로 복사한 뒤 바꿀 문장만 남기세요.
# { $name }은 가게가 채웁니다. 채팅마다 다른 꾸밈 기호(별표, 백틱)는 쓰지 마세요. 모든 채팅이 문장을 있는 그대로 보여 줍니다.

### 공통

length-seconds = { $seconds }초

### 오류: 무언가 되지 않을 때 읽는 문장

error-unexpected = 저희 쪽에 문제가 생겼어요. 사라진 것은 없으니 잠시 후 다시 시도해 주세요.
error-bad-input = 그대로는 쓸 수 없어요. 확인하고 다시 시도해 주세요.
error-bad-setting = 설정을 확인해 주세요: { $problems }
error-not-allowed = 이 일을 할 권한이 없어요.
error-not-found = 찾는 것이 없거나 이미 사라졌어요.
error-outside = 연결된 서비스가 제대로 응답하지 않았어요. 나중에 다시 시도해 주세요.
error-try-later = 연결된 서비스가 지금 바빠요. 몇 분 뒤에 다시 시도해 주세요.
error-refused = 연결된 서비스가 거절했어요. 가게 운영자가 확인해야 해요.
error-unreachable = 지금은 메시지를 보낼 수 없어요. 이 서버의 개인 메시지를 허용해 주세요.
error-too-large = 이 채팅에서 보내기에는 파일이 너무 커요.
error-engine = 이번에는 음악을 만들지 못했어요.
error-unknown-mood = ‘{ $value }’ 분위기는 메뉴에 없어요. 고를 수 있는 분위기: { $choices }
error-unknown-style = ‘{ $value }’ 스타일은 메뉴에 없어요. 고를 수 있는 스타일: { $choices }
error-unknown-purpose = ‘{ $value }’ 용도는 메뉴에 없어요. 고를 수 있는 용도: { $choices }
error-unknown-instrument = ‘{ $value }’ 악기는 준비되어 있지 않아요. 준비된 악기: { $choices }
error-instruments-many = 악기 { $count }개는 한 곡에 너무 많아요. { $limit }개까지 적어 주세요.
error-length-range = { $value }초는 만들 수 없어요. { $shortest }초부터 { $longest }초까지 가능해요.
error-length-unreadable = ‘{ $value }’에서 길이를 읽지 못했어요. 45, 1:30, 2분처럼 적어 주세요.
error-tempo = ‘{ $value }’ 템포로는 연주할 수 없어요. { $slowest }에서 { $fastest } 사이의 숫자(BPM)를 적어 주세요.
error-key = ‘{ $value }’에서 조성을 읽지 못했어요. C, F# minor, 내림나장조라면 Bb 장조처럼 적어 주세요.
error-details-long = 설명이 { $length }자예요. { $limit }자까지만 받을 수 있으니 조금 줄여 주세요.
error-no-price = 이 용도의 가격이 아직 없어요. 다른 용도를 고르거나 가게 운영자에게 문의해 주세요.
error-certificate-unknown = 이 가게에서 발급한 { $number } 증서는 없어요.
error-no-order = { $order } 주문을 찾을 수 없어요.
error-not-your-order = 다른 분의 주문이에요.
error-operators-only = 가게 운영자만 할 수 있어요.
error-review-only = 다른 분의 주문은 심사 채널이나 개인 메시지에서만 볼 수 있어요. 그곳에서 명령을 써 주세요.
error-outdated-control = 예전 버전의 버튼이에요. /orders로 주문을 확인하거나 /bgm으로 새로 주문해 주세요.
error-form-late = 입력 창을 여는 데 시간이 너무 걸렸어요. 버튼을 한 번 더 눌러 주세요.
error-not-refundable = { $order } 주문은 ‘{ $state }’ 상태라 돌려드릴 결제가 없어요.
error-no-refund = { $order } 주문은 ‘{ $state }’ 상태라 돌려드릴 결제가 없어요.
error-no-retry = { $order } 주문은 ‘{ $state }’ 상태라 다시 시도할 일이 없어요.

### 명령: 이름은 그대로 두고 설명만 옮깁니다(100자까지)

command-bgm = 영상·방송·게임에 쓸 배경음악을 주문해요
command-bgm-mood = 어떤 느낌인가요? 비워 두면 목록에서 고를 수 있어요
command-bgm-length = 길이: 45, 1:30, 2분
command-bgm-purpose = 어디에 쓰시나요? 용도에 따라 라이선스가 정해져요
command-bgm-details = 더 바라는 점, 또는 원하는 음악을 한 문장으로 적어 주세요
command-orders = 내 주문: 결제, 진행 상황, 다시 내려받기, 다시 주문
command-verify = 라이선스 증서가 진짜인지 확인해요
command-verify-certificate = 증서에 적힌 번호(예: BGM-XXXXX-XXXXX)
command-verify-file = 비교할 파일(변환하지 않은 원본)
command-help = 이용 방법을 안내해요
command-terms = 무엇을 사는지, 언제 환불되는지 안내해요
command-privacy = 가게가 보관하는 정보를 안내해요
command-shop = 가게 운영자용 명령이에요
command-shop-today = 진행 중인 주문, 들어 볼 곡, 오늘의 실적
command-shop-order = 주문 하나를 자세히 봐요
command-shop-refund = 주문 금액을 돌려줘요
command-shop-retry = 실패한 작업을 다시 시도해요
command-shop-pause = 새 주문을 잠시 받지 않아요
command-shop-resume = 새 주문을 다시 받아요
command-shop-option-order = 주문 번호
command-shop-option-words = 그동안 손님에게 보여 줄 안내

### 메뉴에 보이는 명령과 옵션 이름(소문자, 띄어쓰기 없이 32자까지)

name-bgm = bgm
name-orders = 내주문
name-verify = 증서확인
name-help = 도움말
name-terms = 이용약관
name-privacy = 개인정보
name-shop = 가게
name-today = 오늘
name-order = 주문
name-refund = 환불
name-retry = 재시도
name-pause = 잠시멈춤
name-resume = 다시열기
name-mood = 분위기
name-length = 길이
name-purpose = 용도
name-details = 요청사항
name-certificate = 증서번호
name-file = 파일
name-words = 안내문

### 분위기와 용도: 옆에 붙는 이모지(영어판의 것을 함께 써요)

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

### 주문 내용: 답의 이름표

asked-title = { $mood } · { $length } · { $purpose }
asked-mood = 분위기
asked-seconds = 길이
asked-purpose = 용도
asked-style = 스타일
asked-tempo-bpm = 템포
asked-key = 조성
asked-wanted = 넣을 악기
asked-unwanted = 뺄 악기
asked-loop = 반복
asked-loop-yes = 끝과 처음이 끊김 없이 이어져요
asked-details = 바라는 점

### 가격

price-line = { $what }: { $amount }
price-total = 합계 { $amount }
price-length = 음악 { $length }
price-purpose = { $purpose } 라이선스
price-loop = 끊김 없는 반복

### 주문 대화

dialogue-step = { $number }/{ $of } · { $title }
dialogue-back = 이전
dialogue-cancel = 그만두기
dialogue-to-summary = 요약으로
dialogue-dropped = 주문하지 않았어요
dialogue-again = 언제든 /bgm을 입력해 주세요.
dialogue-outdated = 이미 지나간 주문 화면이에요
dialogue-understood =
    적어 주신 글에서 이렇게 이해했어요. 다르면 바꿔 주세요.
    { $found }
dialogue-resume-title = 아직 끝내지 않은 주문이 있어요
dialogue-resume = 하던 곳부터 이어서 할까요?
dialogue-resume-go = 이어서 하기
dialogue-resume-new = 새로 시작
list-part = { $what } ({ $first } – { $last })
mood-title = 어떤 느낌이면 좋을까요?
mood-text = 가장 가까운 것을 골라 주세요. 나머지는 조금 뒤에 적을 수 있어요.
mood-placeholder = 분위기
length-title = 길이는 얼마나 할까요?
length-text = 고른 길이에 정확히 맞춰 드려요. { $shortest }부터 { $longest }까지 가능해요.
length-other = 직접 입력
length-field = 길이
length-example = 45, 1:30, 2분
purpose-title = 어디에 쓰시나요?
purpose-text = 용도에 따라 라이선스와 음량, 곡의 마무리가 정해져요.
purpose-placeholder = 용도
details-title = 더 바라는 점이 있나요?
details-text = 스타일, 반복 여부, 장면에 대한 설명 모두 선택 사항이에요.
details-write = 설명 적기
details-loop-on = 반복: 예
details-loop-off = 반복: 아니요
details-go = 다음
details-skip = 건너뛰기
details-form-title = 바라는 점
details-any-style = 분위기에 맞게 맡길게요
style-placeholder = 스타일
details-words = 자유롭게 적어 주세요
details-words-example = 비 오는 창가, 천천히 걷는 귀갓길. 위에 말소리가 얹히니 단순하게 해 주세요.
details-tempo = 템포(BPM)
details-tempo-example = 90
details-key = 조성
details-key-example = D 단조
details-wanted = 넣고 싶은 악기
details-wanted-example = 피아노, 첼로
details-unwanted = 빼고 싶은 악기
details-unwanted-example = 드럼

### 결제 전 요약

summary-title = 주문 내용
summary-text = 이대로 주문할까요?
summary-price = 가격
summary-licence = 라이선스
summary-ai = AI 음악 안내
summary-ai-text = 이 음악은 인공지능 작곡 프로그램({ $engine })이 만들고 사람이 듣고 고릅니다. 음원 파일과 라이선스에도 그 사실을 표시해요.
engine-composer = 자체 작곡 엔진
summary-consent = 결제 전에 확인해 주세요
summary-consent-text = 결제하시면 { $shop }에서 바로 작곡을 시작하고, 사람이 직접 들어 본 뒤에 보내 드려요. { $hours }시간 안에 합격한 곡이 없으면 자동으로 환불돼요. 아래의 결제 버튼을 누르면 여기 적힌 내용과 이용 약관(/terms)에 동의하는 것으로 봅니다.
summary-withdrawal = 청약철회 제한 안내
summary-withdrawal-text = 주문에 맞춰 만들어 디지털로 전달하는 음악이에요. 결제하시면 바로 제작을 시작하고, 음악이 전달된 뒤에는 단순 변심으로 청약을 철회하거나 환불받을 수 없다는 데 동의합니다.
summary-confirm = 동의하고 { $amount } 결제하기
summary-change = 답 바꾸기
summary-change-mood = 분위기
summary-change-length = 길이
summary-change-purpose = 용도
summary-change-details = 바라는 점
summary-price-changed = 보고 계신 동안 가격이 바뀌었어요. 다시 확인해 주세요.
closed-review-title = 이곳은 음악을 심사하는 채널이에요
closed-review = 주문은 다른 채널이나 저와의 개인 메시지에서 해 주세요.
closed-pause-title = 가게가 잠시 쉬고 있어요
closed-pause = 곧 다시 주문을 받을게요. 이미 결제하신 주문은 약속대로 진행돼요.

### 주문 상태: 짧은 이름과 손님에게 보이는 문장

state-awaiting-payment = 결제 대기
state-awaiting-payment-text = 주문이 준비됐어요. 결제하시면 바로 작곡을 시작해요.
state-composing = 작곡 중
state-composing-text = 곧 작곡을 시작해요.
state-composing-queued = 순서를 기다리고 있어요. 앞에 주문이 { $ahead }건 있어요.
state-composing-progress = 작곡하고 있어요. { $percent }% 됐어요.
state-reviewing = 심사 중
state-reviewing-text = 곡이 나왔어요. 사람이 직접 들어 보고 있어요.
state-packing = 포장 중
state-packing-text = 곡을 골랐어요. 음원 파일과 라이선스를 만들고 있어요.
state-delivering = 전달 중
state-delivering-text = 음악을 보내 드리고 있어요.
state-delivered = 전달 완료
state-delivered-text = 전달했어요. 언제든 다시 내려받을 수 있어요.
state-refunding = 환불 중
state-refunding-text = 환불을 진행하고 있어요.
state-refunded = 환불 완료
state-refunded-text = 환불이 끝났어요. 카드사에 따라 며칠 안에 표시돼요.
state-cancelled = 취소됨
state-cancelled-text = 취소된 주문이에요. 결제된 금액은 없어요.

### 손님의 주문

orders-title = 내 주문
orders-none = 아직 주문이 없어요. /bgm으로 시작해 보세요.
orders-no-more = 더 오래된 주문은 없어요.
orders-pick = 주문 열기
orders-line = { $state } · { $day }
orders-older = 이전 주문
orders-newest = 최근 주문
orders-one-title = { $order } · { $title }
orders-dm-closed = 개인 메시지를 보낼 수 없어 그쪽으로는 소식이 가지 않아요. 언제든 /orders에서 모두 확인할 수 있고, 이 서버의 개인 메시지를 허용하셔도 돼요.
orders-dm-open = 진행 소식은 개인 메시지로 알려 드려요. 메시지가 오지 않으면 /orders에서 확인해 주세요.
orders-pay = { $amount } 결제하기
orders-withdraw = 주문 취소
orders-download = 내려받기
orders-again = 똑같이 다시 주문
orders-refresh = 새로 고침
orders-all = 전체 주문

### 도움말, 약관, 개인정보

help-title = { $shop }: 맞춤 배경음악
help-text = 네 가지만 답해 주세요. { $takes }곡을 만들어 사람이 가장 좋은 한 곡을 고르고, 믿고 쓸 수 있는 라이선스와 함께 보내 드려요.
help-order = 1. 주문
help-order-text = /bgm을 입력하면 분위기, 길이, 용도, 바라는 점을 차례로 여쭤봐요. 한 번에 다 적으면 바로 가격이 나와요.
help-pay = 2. 결제
help-pay-text = 가격과 라이선스, AI 사용 안내를 먼저 보고 결제해요. 회원 가입은 필요 없어요.
help-listen = 3. 심사
help-listen-text = 모든 곡을 프로그램이 검사하고 사람이 들어 봐요. 마음에 드는 곡이 없으면 다시 만들거나 환불해 드려요.
help-receive = 4. 전달
help-receive-text = 음악과 라이선스를 개인 메시지로 보내 드려요. 내려받기 링크는 언제든 새로 받을 수 있어요.
help-mine = 그다음
help-mine-text = /orders에서 결제, 진행 상황, 다시 내려받기, 다시 주문까지 모두 할 수 있어요. /verify로 증서가 진짜인지 확인할 수 있어요.
help-contact = 문의
help-contact-none = 이 서버의 운영자에게 문의해 주세요.
terms-title = { $shop } 이용 약관
terms-offer = 무엇을 사나요
terms-offer-text = 주문에 맞춰 만든 음악 한 곡과, 고른 용도에 대한 서면 라이선스예요. 요약을 확인하면 계약이 시작되고, { $pay }시간 안에 결제하지 않은 주문은 자동으로 취소돼요.
terms-licence = 라이선스
terms-licence-text = 함께 받는 증서에 이용 범위가 적혀 있어요. 음악만 따로 되파는 것, 내 음원으로 발매하는 것, Content ID에 등록하는 것, AI 학습에 쓰는 것, 표시를 지우는 것은 허락되지 않아요.
terms-refund = 언제 환불되나요
terms-refund-text = { $compose }시간 안에 곡이 나오지 않거나, { $review }시간 안에 합격한 곡이 없거나, { $deliver }시간 안에 전달하지 못하면 자동으로 전액 환불돼요. 주문에 맞춰 만들어 전달한 음악은 단순 변심으로 환불되지 않지만, 문제가 있으면 알려 주세요: { $contact }. 법이 정한 권리는 그대로 보장돼요.
terms-ai = AI 음악
terms-ai-text = 음악은 프로그램이 작곡하고 사람이 골라요. 나라에 따라 이런 음악에는 저작권이 생기지 않을 수 있어, 저작권이 아니라 계약에 따른 이용 권리를 드려요.
terms-seller = 판매자
business-owner = 대표
business-registration = 사업자 정보
business-address = 주소
business-email = 이메일
business-phone = 전화
verify-file = 올린 파일
verify-private = 누가 얼마에 샀는지는 누구에게도 알려 주지 않아요.
privacy-title = { $shop }에서 보관하는 정보
privacy-kept = 보관하는 것
privacy-kept-text = 채팅 계정의 아이디와 이름, 사용 언어, 주문 내역, 결제 참조 번호(카드 정보는 보관하지 않아요), 만들어 드린 파일이에요.
privacy-why = 이유
privacy-why-text = 주문을 만들어 전달하고, 다시 내려받게 해 드리고, 라이선스를 증명하고, 세법이 정한 판매 기록을 남기기 위해서예요.
privacy-seen = 볼 수 있는 곳
privacy-seen-text = 가게 운영자, 결제를 처리하는 서비스, 지금 쓰고 계신 채팅 서비스뿐이에요. 팔거나 AI 학습에 쓰지 않아요.
privacy-rights = 이용자의 권리
privacy-rights-text = 보관 중인 정보를 확인하거나 고치거나, 법이 허락하는 범위에서 지워 달라고 요청할 수 있어요: { $contact }

### 심사 카드, 판정, 알림: 운영자가 읽는 글

card-title = { $order } · { $round }회차 · { $asked }
card-ask = 미리듣기를 들어 보고 골라 주세요. 반응이나 버튼 하나면 돼요.
card-until = { $moment }까지 정해 주세요. 지나면 자동으로 환불돼요.
card-wish = { $what }: { $wish }
card-picture = 모든 곡의 파형을 위아래로 나란히 그린 그림
card-preview = { $take }번 곡 미리듣기
card-too-large = 미리듣기 파일이 이 채널에는 너무 커요. 파일은 주문 폴더에 있어요.
card-button-approve = { $take }번 곡
card-button-again = 다시 만들기
card-button-but = 바꿔서 다시
card-button-reject = 반려하고 환불
card-approve = { $by } 님이 { $take }번 곡을 승인했어요.
card-again = { $by } 님이 다시 만들기를 요청했어요.
card-reject = { $by } 님이 반려하고 환불했어요.
card-refunded = 판정 없이 닫혔고, 환불됐어요.
card-over = 판정 없이 닫혔어요.
verdict-approve = { $take }번 곡
verdict-again = 다시 만들기
verdict-reject = 반려
ruling-counted = { $order }: { $what }. 처리했어요.
ruling-already = { $order } 주문은 이미 정해졌어요: { $what } ({ $by })
ruling-old = { $order } 주문은 다음 회차로 넘어갔어요. 최신 카드를 이용해 주세요.
ruling-over = { $order } 주문은 더 이상 판정을 기다리지 않아요.
ruling-no-take = { $order } 주문에 그런 곡은 없어요.
again-title = 조건을 바꿔 다시 만들기
again-mood = 분위기
again-style = 스타일(비우면 분위기에 맞게)
again-tempo = 템포 BPM(비우면 자유)
again-wanted = 넣을 악기
again-unwanted = 뺄 악기
alert-title = 확인해 주세요: { $order } · { $asked }
alert-open-checkout = 결제 페이지를 열지 못했어요. 주문을 취소하고 손님에게 알렸어요.
alert-compose = 음악을 만들지 못했어요. 자동으로 환불돼요.
alert-post-card = 심사 카드를 올리지 못했어요.
alert-master = 음원 파일을 만들지 못했어요. 다시 시도하거나 환불해 주세요.
alert-certify = 라이선스를 만들지 못했어요. 다시 시도하거나 환불해 주세요.
alert-hand-over = 손님에게 음악을 전달하지 못했어요. 다시 시도하거나 환불해 주세요.
alert-refund = 환불에 실패했어요. 한 시간마다 다시 시도하고, 지금 바로 시도할 수도 있어요.
alert-paid = 금액이 다르거나 두 번 들어온 결제예요. 자동으로 환불돼요.
alert-late = 정해진 시간이 지났어요. 자동으로 환불돼요.
alert-disputed = 은행이 { $amount } 결제에 이의를 제기하고 금액을 가져갔어요. 결론이 날 때까지 음악을 전달하지 않아요. 터미널에서 bgm evidence { $order }로 증빙을 모아 기한 안에 결제사에 제출해 주세요.
alert-inquiry = 은행이 { $amount } 결제에 대해 묻고 있어요. 돈은 그대로 있지만, 결론이 날 때까지 음악을 전달하지 않아요. 터미널에서 bgm evidence { $order }로 증빙을 모아 기한 안에 결제사에 답해 주세요.
alert-dispute-won = 결제 이의가 가게에 유리하게 끝났어요. { $amount }은 가게의 돈이에요.
alert-dispute-lost = 결제 이의가 손님에게 유리하게 끝나 { $amount }이 손님에게 돌아갔어요. 라이선스도 함께 끝났어요.
alert-refund-failed = { $amount } 환불이 손님에게 도착하지 않았어요. 다시 보내거나, 손님에게 다른 방법을 물어봐 주세요.
alert-reference = 결제사 참조 번호
alert-reason = 사유
alert-until = 제출 기한
alert-look = 주문 보기

### 운영자 명령

today-title = { $day }의 가게
today-paused = 새 주문을 받지 않고 있어요. /shop resume으로 다시 열 수 있어요.
today-open = 진행 중인 주문
today-day = 오늘
today-placed = 주문 { $count }건
today-paid = 결제 { $count }건
today-handedover = 전달 { $count }건
today-refunded = 환불 { $count }건
today-money = 오늘 번 돈
today-listen = 들어 볼 곡
today-stuck = 확인할 주문
today-nothing = 없음
today-more = 외 { $count }건
shop-buyer = 주문한 사람
shop-buyer-line = { $name } ({ $id })
shop-deadline = 기한
shop-failure = 실패한 작업
shop-journal = 기록
shop-journal-line = { $at }: { $what } ({ $by })
shop-journal-line-ignored = { $at }: { $what } ({ $by }), 변화 없음
shop-retry = 다시 시도
shop-refund = 환불
refund-title = { $amount } 환불
refund-reason = 손님에게 보여 줄 사유
refund-example = 죄송해요. 만족스러운 곡을 만들지 못했어요.
pause-title = 새 주문을 멈췄어요
resume-title = 가게를 다시 열었어요
resume-text = 새 주문을 받아요.
journal-placed = 주문
journal-checkoutopened = 결제 페이지 열림
journal-paymentpending = 은행 확인 대기
journal-paid = 결제 완료
journal-checkoutclosed = 결제 페이지 닫힘
journal-withdrawn = 손님이 취소
journal-takesready = 곡 완성
journal-cardposted = 심사 카드 게시
journal-approved = 승인
journal-againasked = 다시 만들기 요청
journal-rejected = 반려
journal-mastered = 파일 완성
journal-certified = 라이선스 발급
journal-handedover = 전달 완료
journal-refundasked = 환불 요청
journal-refunded = 환불 완료
journal-refundfailed = 환불 실패
journal-disputed = 결제 이의 제기
journal-disputeclosed = 결제 이의 종료
journal-feetaken = 결제 수수료
journal-buyertold = 손님에게 알림
journal-jobdied = 작업 실패
journal-retryasked = 재시도 요청
journal-deadlinepassed = 기한 지남

### Setup

# bgm setup: questions at the terminal
setup-welcome = 이제 상점을 열어 볼게요. 답은 하나씩 확인한 다음 { $file }에 저장하고, Enter를 누르면 대괄호 안의 값을 그대로 씁니다.
setup-ended = 질문이 끝나기 전에 입력이 끊겼어요. 지금까지 확인한 내용은 저장했으니 `bgm setup`을 다시 실행해 주세요.
setup-enter-again = 다시 확인하려면 Enter를 누르세요
setup-not-listed = “{ $value }”은(는) 목록에 없어요. 목록의 번호나 이름을 입력해 주세요.
setup-discord-token = Discord 봇 토큰 (Developer Portal → 애플리케이션 → Bot → Reset Token)
setup-discord-token-keep = Discord 봇 토큰 (Enter를 누르면 저장된 토큰을 씁니다)
setup-discord-hello = 반가워요, { $name }.
setup-invite = 봇이 아직 어느 서버에도 들어가 있지 않아요. 아래 주소를 열어 서버를 고르고 승인해 주세요.
    { $invitation }
setup-server-found = 서버: { $name }
setup-server = 어느 서버에 상점을 열까요?
setup-channel-advice = 나와 봇만 볼 수 있는 비공개 텍스트 채널이 필요해요 (채널 만들기 → 비공개 채널 → 봇 추가).
setup-channel = 어느 채널에서 듣고 승인하시겠어요? (다시 불러오려면 Enter)
setup-channel-good = 검수 카드는 #{ $name } 채널에 올라옵니다.
setup-operator = 주문을 승인할 사람의 Discord 사용자 ID (여러 명이면 쉼표로 구분)
setup-operator-wrong = “{ $value }”은(는) Discord 사용자 ID가 아니에요. ID는 17~20자리 숫자입니다. 설정 → 고급 → 개발자 모드를 켜고, 내 프로필을 오른쪽 클릭해 사용자 ID를 복사하세요.
setup-stripe-key = Stripe 비밀 키 또는 제한된 키 (dashboard.stripe.com/apikeys, 나중에 하려면 Enter)
setup-stripe-key-keep = Stripe 키 (Enter를 누르면 저장된 키를 씁니다)
setup-stripe-later = Stripe 키가 없으면 Discord에서 결제를 받을 수 없어요. 준비되면 `bgm setup`을 다시 실행해 주세요.
setup-stripe-test = 테스트 키입니다. `bgm run --test`로 시작하세요. 실제 돈은 움직이지 않습니다.
setup-stripe-live = 실제 결제용 키입니다. 실제 돈이 움직입니다.
setup-webhook-secret = 웹훅 서명 비밀 (whsec_…, 공개 주소가 없으면 Enter)
setup-address = 상점의 공개 주소, 예: https://shop.example (없으면 Enter)
setup-done = { $file }에 저장했어요. 이제 `bgm check`, 그다음 `bgm run`을 실행하세요.

# bgm check: what was found, and what to do about it
checkup-setting = { $problem }
checkup-setting-remedy = 이 값을 고쳐 주세요. 파일의 각 항목 옆 주석에 뜻이 적혀 있습니다.
checkup-config = 설정과 문구에 문제가 없습니다 ({ $folder }).
checkup-unpriced = 가격이 없는 용도가 있어요: { $purposes }.
checkup-unpriced-remedy = prices.toml의 [purposes]에 추가하거나 moods.toml에서 빼 주세요.
checkup-business = 라이선스에 판매자가 적히지 않아요. 대표자 또는 이메일이 비어 있습니다.
checkup-business-remedy = shop.toml의 [business]를 채워 주세요. 판매 전에 표시하도록 법으로 정한 나라가 많습니다.
checkup-folder = { $folder } 폴더에 쓸 수 없어요: { $error }.
checkup-folder-remedy = 폴더를 만들거나, BGM_DATA 또는 MEDIA_URL을 쓸 수 있는 폴더로 바꿔 주세요.
checkup-disk = { $folder }에 { $gib } GiB가 남아 있습니다.
checkup-disk-remedy = 공간을 비워 주세요. 음악 1분에 약 60 MB가 쌓입니다.
checkup-ffmpeg = ffmpeg가 없어서 M4A 파일은 만들 수 없어요.
checkup-ffmpeg-remedy = 구매자가 M4A를 원하면 ffmpeg를 설치하세요. 나머지는 없어도 모두 됩니다.
checkup-database = { $kind } 데이터베이스를 열 수 없어요: { $error }
checkup-database-remedy = DATABASE_URL이 맞는지, 서버가 켜져 있는지, 사용자가 테이블을 만들 수 있는지 확인해 주세요.
checkup-database-good = { $kind } 데이터베이스가 열렸고 최신 상태입니다.
checkup-address = 구매자는 { $address } 주소로 들어옵니다.
checkup-address-private = { $address }은(는) 이 컴퓨터에서만 열립니다. 결제는 되지만 다운로드 링크는 밖에서 열리지 않아요.
checkup-address-private-remedy = 이 컴퓨터로 연결되는 https 주소를 PUBLIC_URL에 적어 주세요. 그때까지 파일은 DM으로 보냅니다.
checkup-address-plain = { $address } 연결이 암호화되지 않았어요.
checkup-address-plain-remedy = 상점을 https 뒤에 두세요. Stripe의 실제 웹훅은 https로만 옵니다.
checkup-port = { $host }의 { $port } 포트를 이미 쓰고 있어요: { $error }.
checkup-port-remedy = 상점이 실행 중이라면 괜찮습니다. 아니라면 다른 HTTP_PORT를 골라 주세요.
checkup-operators = 주문을 승인할 사람이 없어요. OPERATOR_IDS가 비어 있습니다.
checkup-operators-remedy = 내 사용자 ID를 적어 주세요. 예: OPERATOR_IDS=discord:123456789012345678
checkup-operators-good = 운영자: { $people }.
checkup-doorway = 열린 창구가 없어요. DISCORD_TOKEN이 없습니다.
checkup-doorway-remedy = `bgm setup`을 실행하거나 DISCORD_TOKEN에 봇 토큰을 적어 주세요.
checkup-discord = Discord에서 상점 이름은 { $name }입니다.
checkup-discord-away = { $error }
checkup-discord-away-remedy = 인터넷 연결과 DISCORD_API_BASE를 확인하고 다시 실행해 주세요.
checkup-discord-refused = { $error }
checkup-discord-refused-remedy = Developer Portal에서 새 토큰을 만들고(Bot → Reset Token) `bgm setup`을 실행해 주세요.
checkup-server-unset = DISCORD_GUILD_ID가 없습니다. 봇이 들어가 있는 서버: { $known }.
checkup-server-unset-remedy = `bgm setup`을 실행하면 서버 이름으로 ID를 찾아 드려요.
checkup-server = 봇이 { $id } 서버에 들어가 있지 않아요.
checkup-server-remedy = 봇을 초대해 주세요: { $invitation }
checkup-channel-unset = DISCORD_REVIEW_CHANNEL_ID가 없습니다. 봇이 볼 수 있는 채널: { $known }.
checkup-channel-unset-remedy = `bgm setup`을 실행하면 이름으로 채널을 찾아 드려요.
checkup-channel = 봇이 볼 수 있는 텍스트 채널 중에 { $id }이(가) 없어요. 볼 수 있는 채널: { $known }.
checkup-channel-remedy = 봇이 그 채널을 볼 수 있게 하거나, `bgm setup`으로 다른 채널을 골라 주세요.
checkup-channel-good = 검수 채널에 필요한 권한이 모두 있습니다.
checkup-permissions = 검수 채널에서 봇에 없는 권한: { $permissions }.
checkup-permissions-remedy = 채널 → 편집 → 권한 → 봇 역할에서 이 권한만 허용해 주세요.
checkup-stripe = Stripe 키가 확인됐습니다.
checkup-stripe-unset = STRIPE_SECRET_KEY가 없어 결제를 받을 수 없어요.
checkup-stripe-unset-remedy = `bgm setup`을 실행해 주세요. 제한된 키로 충분하며, 필요한 권한은 docs/going-live.md에 있습니다.
checkup-stripe-away = { $error }
checkup-stripe-away-remedy = 인터넷 연결과 STRIPE_API_BASE를 확인하고 다시 실행해 주세요.
checkup-stripe-refused = { $error }
checkup-stripe-refused-remedy = dashboard.stripe.com/apikeys에서 키를 만들어 주세요. 테스트 키라면 --test로 시작하세요.
checkup-webhook = STRIPE_WEBHOOK_SECRET이 없어서 몇 초마다 Stripe에 물어 결제를 확인합니다.
checkup-webhook-remedy = 하실 일은 없습니다. 공개 https 주소가 있다면 웹훅이 더 빠릅니다.

# bgm demo
demo-opening = 상점과 그 주변 세상을 열고 있어요
demo-open = 상점이 열렸어요: { $page }
    왼쪽에서는 구매자, 오른쪽에서는 운영자가 되어 보세요. Ctrl+C를 누르면 모두 닫힙니다.

# bgm backup and bgm restore
error-no-folder = { $folder } 폴더가 없어요. 먼저 만들어 주세요.
error-no-backup = { $file }은(는) 이 상점의 백업이 아니에요.
error-backup-version = { $file }은(는) 다른 버전의 상점이 만든 백업이에요. 그 버전으로 복원한 뒤 업데이트해 주세요.
error-restore-over = 이미 주문이 { $count }건 있어요. { $file }로 바꾸려면 --force를 붙여 주세요.

# bgm ledger
ledger-title = { $since }부터 한 달
ledger-payment = 결제
ledger-fee = 결제 수수료
ledger-refund = 환불
ledger-refund-failed = 도착하지 않아 돌아온 환불
ledger-dispute = 이의 제기로 빠져나간 금액
ledger-dispute-won = 이의에서 이겨 돌아온 금액
ledger-net = 남은 금액
ledger-empty = 오간 돈이 없어요.
error-month = “{ $value }”은(는) 달이 아니에요. 2026-11처럼 적어 주세요.

# bgm evidence: 은행에 내는 증빙
evidence-title = 주문 { $order } 증빙
evidence-sold = 판매한 것
evidence-sold-text = 주문에 맞춰 만든 배경음악({ $asked })과 이용 허락. 디지털로 전달.
evidence-money = 결제
evidence-paid = { $amount } 결제: { $reference }
evidence-back = { $amount } 환불: { $reference }
evidence-disputed = { $amount } 이의 제기: { $reference }, 사유 { $reason }
evidence-agreed = 결제 전에 손님이 동의한 내용
evidence-happened = 진행 기록
evidence-files = 전달한 파일
evidence-bytes = 바이트
evidence-handed = { $customer }에게 전달한 방법

# bgm order and bgm engines
price-house = 내부 제작
order-approve-wrong = “{ $value }”은(는) 고를 수 없어요. best, ask 또는 1부터 { $takes }까지의 테이크 번호를 적어 주세요.
order-out-wrong = “{ $folder }”은(는) 파일이에요. 음악을 담을 폴더 이름을 적어 주세요.
order-step-composing = 작곡 중
order-step-reviewing = 테이크 고르는 중
order-step-packing = 마스터와 라이선스 만드는 중
order-step-delivering = 파일 복사하는 중
order-done = 끝났어요. 파일은 { $folder }에 있습니다.
order-failed = 음악을 만들지 못했어요: { $why }
order-column-take = 테이크
order-column-rank = 순위
order-column-music = 템포와 조
order-column-level = 레벨
order-column-why = 이유와 미리듣기
order-ask = 어느 테이크로 할까요? ({ $takes }, 새로 만들려면 r)
engines-name = 엔진
engines-sells = 판매
engines-rights = 프로그램 라이선스, 가중치와 소리 라이선스
engines-lengths = 길이
engines-can = 기능
engines-sells-yes = 가능
engines-sells-conditional = 조건부
engines-sells-no = 불가

### Delivery: the buyer's status message (told-…), the parcel (parcel-…), the pages on the web (web-…)

told-title = { $mood } 음악 · { $length }
told-order = 주문 번호
told-price = 금액
told-reason = 사유
told-pay = 결제하기
told-cancel = 주문 취소
told-download = 내려받기
told-opening-checkout = 결제 페이지를 여는 중이에요.
told-awaiting-payment = 결제하시면 바로 작곡을 시작해요.
told-bank = 은행의 확인을 기다리고 있어요. 결제 방법에 따라 며칠 걸릴 수 있고, 확인되면 바로 작곡을 시작해요.
told-queued = 결제를 확인했어요. 대기 순서는 { $position }번째예요.
told-composing = 결제를 확인했어요. 지금 곡을 만들고 있어요.
told-composing-again = 더 어울리는 곡을 드리려고 새로 만들고 있어요.
told-reviewing = 곡이 나왔어요. 담당자가 직접 들어 보고 가장 어울리는 곡을 고르고 있어요.
told-packing = 곡이 정해졌어요. 마스터 파일과 이용 허락 증서를 준비하고 있어요.
told-delivering = 포장이 끝났어요. 곧 보내 드려요.
told-held = 음악은 준비됐어요. 은행이 이 결제를 확인하고 있어서, 확인이 끝나면 바로 보내 드려요.
told-delivered = 음악을 보내 드렸어요. 즐겁게 써 주세요!
told-delivered-here = 음악이 준비됐어요. 아래 버튼으로 받아 주세요.
told-refunding = 이번 주문은 마무리하지 못했어요. 죄송합니다. { $amount } 전액을 돌려드리는 중이에요.
told-refunded = { $amount } 전액을 돌려드렸어요. 카드사에 따라 며칠 뒤에 보일 수 있어요.
told-charged-back = 은행이 { $amount } 결제를 되돌려 드렸어요. 이 주문의 이용 허락은 끝났어요.
told-cancelled = 주문이 취소됐어요. 결제된 금액은 없어요.
told-cancelled-bank = 주문이 취소됐어요. 은행에서 결제가 늦게 확인되면 전액 자동으로 돌려드려요.
told-bank-refused = 은행에서 결제가 승인되지 않아 주문이 취소됐어요. 결제된 금액은 없어요.
told-second-payment = 중복 결제
told-returned = { $amount } 돌려드림
told-step-awaiting-payment = 결제
told-step-awaiting-payment-done = 결제 완료
told-step-composing = 작곡
told-step-composing-done = 작곡 완료
told-step-reviewing = 들어 보고 고르기
told-step-reviewing-done = 곡 선정
told-step-packing = 마스터와 증서 준비
told-step-packing-done = 마스터와 증서
told-step-delivering = 전달
told-step-delivering-done = 전달 완료
told-nudge = 주문에 새 소식이 있어요. DM을 보낼 수 없어 여기에 남겨요. /orders를 입력하면 나만 볼 수 있게 알려 드려요.

parcel-title = 음악이 도착했어요: { $title }
parcel-thanks = 기다려 주셔서 고맙습니다. 음악과 이용 허락 증서를 함께 보내 드려요.
parcel-thanks-link = 기다려 주셔서 고맙습니다. 파일이 커서 아래 버튼으로 받으실 수 있게 준비했어요.
parcel-licence = 증서 번호는 { $number }예요. 저작권 이의가 들어오면 증서를 보여 주세요.
parcel-link = 내려받기 링크는 { $days }일 동안 열려 있고, /orders에서 언제든 새로 받을 수 있어요.
parcel-length = 길이
parcel-musical = 템포·조성
parcel-claim = 주문하신 음악이 준비됐어요. DM을 보낼 수 없어 여기에 남겨요. /orders를 입력하면 나만 볼 수 있게 받을 수 있어요.

error-link-expired = 이 링크는 기한이 지났어요. 채팅에서 /orders를 입력하면 새 링크를 받을 수 있어요.
error-record-signature = 기록의 서명이 맞지 않아요. 내용이 바뀌었거나 이 상점에서 발급한 것이 아니에요.

web-play = 재생
web-pause = 일시정지
web-seek = 재생 위치
web-files = 파일
web-licence = 이용 허락
web-licence-open = 증서 보기 (PDF)
web-certificate = 증서 번호
web-length = 길이
web-tempo = 템포
web-key = 조성
web-loudness = 음량
web-format-wav = WAV · 무손실 원본
web-format-mp3 = MP3 · 바로 쓰기 좋아요
web-format-flac = FLAC · 무손실 압축
web-format-pdf = 이용 허락 증서
web-link-until = 이 링크는 { $until }까지 열려 있어요. 그 뒤에는 채팅에서 /orders 를 입력하면 새 링크를 드려요.
web-link-private = 링크를 아는 사람은 누구나 파일을 받을 수 있어요. 공개된 곳에 올리지 마세요.
web-expired-title = 링크의 기한이 지났어요
web-expired-text = 음악은 그대로 보관되어 있어요. 주문한 채팅에서 /orders 를 입력하면 새 링크를 바로 받을 수 있어요.
web-missing-title = 이런 페이지는 없어요
web-missing-text = 주소가 잘렸거나 잘못 적혔을 수 있어요. 채팅에서 받은 링크를 다시 열어 주세요. /orders 를 입력하면 새로 받을 수도 있어요.
web-withdrawn-title = 환불된 주문이에요
web-withdrawn-text = 대금을 돌려드려 이용 허락이 끝났어요. 파일은 더 이상 받을 수 없어요.
web-unready-title = 아직 준비 중이에요
web-unready-text = 음악이 완성되면 이 페이지에서 받을 수 있어요. 이 페이지는 저절로 새로 고쳐져요.
web-busy-title = 잠시 뒤에 다시 열어 주세요
web-busy-text = 짧은 시간에 너무 많은 요청이 있었어요.
web-failed-title = 문제가 생겼어요
web-failed-text = 저희 쪽 문제예요. 잠시 뒤에 다시 시도해 주세요.
web-pay-opening-title = 결제 페이지를 여는 중이에요
web-pay-opening-text = 몇 초 뒤 저절로 넘어가요.
web-pay-bank-title = 은행의 확인을 기다리고 있어요
web-pay-bank-text = 결제는 이미 마치셨어요. 은행에서 확인되면 작곡을 시작하고 채팅으로 알려 드려요.
web-pay-done-title = 이미 결제된 주문이에요
web-pay-done-text = 두 번 결제되지 않아요. 진행 상황은 채팅에서 볼 수 있어요.
web-pay-over-title = 취소된 주문이에요
web-pay-over-text = 결제 기한이 지났거나 취소된 주문이에요. 결제된 금액은 없어요. 채팅에서 /bgm 으로 다시 주문할 수 있어요.
web-paid-title = 결제해 주셔서 고맙습니다
web-paid-text = 확인되는 대로 작곡을 시작해요. 이 창은 닫아도 돼요. 소식은 채팅으로 전해 드려요.
web-cancelled-title = 결제하지 않고 나오셨어요
web-cancelled-text = 주문은 그대로 있어요. 채팅의 결제 버튼으로 언제든 이어서 결제할 수 있어요.
web-ai-notice = AI 생성 고지
web-shop-footer = { $shop } · AI로 만든 배경음악
web-verify-title = 증서 확인
web-verify-text = 증서에 적힌 번호를 입력하면 이 상점에서 발급한 것인지, 지금도 유효한지 알려 드려요.
web-verify-button = 확인하기
web-verify-key = 서명 공개 키 (Ed25519)
web-verify-key-text = 증서 PDF에 첨부된 licence.json은 이 키로 서명되어 있어요. 인터넷 없이도 확인할 수 있어요.
web-verify-stands = 이 상점에서 발급했고, 지금도 유효해요.
web-verify-ended = 이 상점에서 발급했지만, 환불되어 효력이 끝났어요.
web-verify-issued = 발급 시각
web-verify-licensor = 허락자
web-verify-music = 음악
web-verify-purpose = 허락한 용도
web-verify-engine = 만든 엔진
web-verify-terms = 약관 판본
web-verify-files = 가지고 있는 파일이 이 증서의 파일과 완전히 같은지 확인할 수 있어요. 파일은 이 기기 안에서만 계산되고 어디로도 보내지 않아요.
web-verify-pick = 확인할 파일 고르기
web-verify-working = 계산하는 중이에요…
web-verify-same = 증서에 적힌 파일과 완전히 같아요.
web-verify-other = 증서에 적힌 파일과 같지 않아요. 다시 인코딩하거나 자르거나 편집한 파일도 이렇게 나와요.
web-verify-unable = 이 브라우저에서는 계산할 수 없어요. 아래 SHA-256 값과 직접 비교해 주세요.
web-verify-private = 이 페이지에는 산 사람과 금액이 나오지 않아요.

proof-signature-ours = 증서 { $number }: 이 상점의 키로 서명되었고, 그 뒤로 한 글자도 바뀌지 않았습니다.
proof-signature-intact = 증서 { $number }: 서명한 뒤로 바뀌지 않았습니다. 서명한 키가 그 상점의 것인지는 상점의 /verify 페이지에 있는 키와 비교하세요: { $key }
proof-signature-wrong = 증서 { $number }: 서명이 맞지 않습니다. 내용이 바뀌었거나 이 상점에서 발급한 것이 아닙니다.
proof-certificate = 발급 { $issued } · 허락자 { $licensor } · 용도 { $purpose } · 엔진 { $engine }
proof-manifest-none = 파일 안에 출처 기록(C2PA)이 없습니다. 다시 인코딩하거나 편집하면 없어집니다.
proof-manifest-trusted = 파일 안의 출처 기록(C2PA)은 이 상점이 서명했고, 파일은 그 뒤로 바뀌지 않았습니다.
proof-manifest-valid = 파일은 출처 기록(C2PA)에 서명한 뒤로 바뀌지 않았습니다. 서명한 사람이 누구인지는 여기서 확인되지 않습니다.
proof-manifest-invalid = 파일 안의 출처 기록(C2PA)이 맞지 않습니다. 서명한 뒤에 파일이 바뀌었습니다.
proof-mark-heard = 음악 안에서 이 상점의 들리지 않는 표시를 찾았습니다: 이 상점이 만든 음악입니다 (점수 { $score }, 기준 { $needed }).
proof-mark-none = 이 상점의 들리지 않는 표시를 찾지 못했습니다 (점수 { $score }, 기준 { $needed }). 10초보다 짧거나 크게 바뀐 음악에서는 찾지 못할 수 있습니다.
proof-mark-unplayable = 파일을 재생할 수 없어 들리지 않는 표시는 확인하지 못했습니다.
proof-names-certificate = 파일에 증서 번호 { $number }가 적혀 있지만, 비교할 증서가 없습니다. --certificate 로 증서 PDF를 함께 주세요.
proof-no-certificate = 파일에 적힌 증서 번호가 없고, 비교할 증서도 없습니다.
proof-file-same = 이 파일은 증서에 적힌 { $name } 파일과 완전히 같습니다 (SHA-256).
proof-file-other = 이 파일은 증서에 적힌 어느 파일과도 같지 않습니다. 다시 인코딩하거나 편집한 파일도 이렇게 나옵니다.
proof-ended = 이 증서는 환불되어 효력이 끝났습니다.
error-no-certificate = { $file }에는 서명된 증서 기록이 없습니다.
error-unreadable-file = { $file } 파일을 읽을 수 없습니다.

### 마무리 작업실: 곡에서 확인한 점(check-…), 순위의 이유(rank-…), 손본 내용(correction-…)

check-length-fine = 길이 { $seconds }초, 주문과 정확히 같아요.
check-length = 길이가 { $asked }초가 아니라 { $seconds }초예요.
check-loudness-fine = 음량 { $lufs } LUFS, 용도에 맞아요.
check-loudness = 음량이 { $asked } LUFS가 아니라 { $lufs } LUFS예요.
check-peak-fine = 피크는 { $dbtp } dBTP 이하예요.
check-peak = 피크가 { $dbtp } dBTP까지 올라가요. 한계는 { $asked } dBTP예요.
check-silence-head = 앞에 { $seconds }초 동안 소리가 없어요.
check-silence-tail = 끝에 { $seconds }초 동안 소리가 없어요.
check-gap = { $at }에서 { $seconds }초 동안 소리가 끊겨요.
check-clipping = 원본에 찌그러진 피크가 { $count }곳 있어요.
check-clicks = 튀는 잡음이 { $count }번 있어요. 첫 번째는 { $at }이에요.
check-phase = 좌우 소리가 서로 지워져요. 모노 스피커에서는 일부가 들리지 않을 수 있어요.
check-seam-fine = 반복 지점이 매끄럽게 이어져요.
check-seam-bars = 반복할 때 박자가 어긋나요. 마디에서 { $beats }박 벗어났어요.
check-seam-level = 반복 지점에서 음량이 { $db } dB 튀어요.
check-seam-flux = 반복 지점이 들려요. 소리가 갑자기 바뀌어요.
check-seam-click = 반복 지점에서 ‘틱’ 소리가 나요.
check-tempo-fine = 템포 { $bpm } BPM, 주문대로예요.
check-tempo = 템포가 { $asked } BPM이 아니라 { $bpm } BPM이에요.
check-tempo-range = 템포 { $bpm } BPM이에요. 이 분위기는 보통 { $low }~{ $high } BPM이에요.
check-key-fine = 조성 { $key }, 주문대로예요.
check-key-near = { $asked }와 가까운 { $key }로 들려요.
check-key = 조성이 { $asked }가 아니라 { $key }예요.
check-brightness-fine = 밝기가 분위기에 맞아요.
check-brightness-high = 분위기보다 밝아요(100점 만점에 { $percent }, 기준 { $asked }).
check-brightness-low = 분위기보다 어두워요(100점 만점에 { $percent }, 기준 { $asked }).
check-energy-fine = 에너지가 분위기에 맞아요.
check-energy-high = 분위기보다 힘이 넘쳐요(100점 만점에 { $percent }, 기준 { $asked }).
check-energy-low = 분위기보다 차분해요(100점 만점에 { $percent }, 기준 { $asked }).
check-density-fine = 음의 밀도가 분위기에 맞아요.
check-density-high = 분위기보다 음이 많아요(100점 만점에 { $percent }, 기준 { $asked }).
check-density-low = 분위기보다 음이 적어요(100점 만점에 { $percent }, 기준 { $asked }).
check-likeness-fine = 지금까지 판 곡과 겹치지 않아요(가장 가까운 곡과 { $percent }% 비슷해요).
check-sibling = { $name }과(와) 닮았어요({ $percent }% 비슷해요).
check-duplicate = { $name }과(와) 사실상 같은 곡이에요({ $percent }% 비슷해요).
rank-best-clean = 가장 좋은 곡이에요. 흠잡을 데가 없어요.
rank-best-close = 근소하게 가장 좋아요. 취향대로 골라도 돼요.
rank-best-brightness = 가장 좋은 곡이에요. 밝기가 분위기에 꼭 맞아요.
rank-best-energy = 가장 좋은 곡이에요. 에너지가 분위기에 꼭 맞아요.
rank-best-density = 가장 좋은 곡이에요. 음의 밀도가 분위기에 꼭 맞아요.
rank-best-tempo = 가장 좋은 곡이에요. 템포가 분위기에 꼭 맞아요.
rank-equal = 1위 곡과 우열을 가리기 어려워요. 취향대로 골라도 돼요.
rank-behind-brightness-high = 문제는 없지만 분위기보다 밝아요.
rank-behind-brightness-low = 문제는 없지만 분위기보다 어두워요.
rank-behind-energy-high = 문제는 없지만 분위기보다 힘이 넘쳐요.
rank-behind-energy-low = 문제는 없지만 분위기보다 차분해요.
rank-behind-density-high = 문제는 없지만 분위기보다 음이 많아요.
rank-behind-density-low = 문제는 없지만 분위기보다 음이 적어요.
rank-behind-tempo = 문제는 없지만 { $bpm } BPM은 이 분위기의 템포를 벗어나요.
correction-did-stem = { $stem } 소리를 { $db } dB 조절했어요.
correction-did-trim = 앞에서 { $start }초, 끝에서 { $end }초를 잘랐어요.
correction-did-silence = 소리 없는 구간 { $seconds }초를 없앴어요.
correction-did-joints = 길이를 맞추려고 곡 안에서 { $count }곳을 이어 붙였어요.
correction-did-stretch = 길이를 정확히 맞추려고 { $percent }% 조절했어요. 음높이는 그대로예요.
correction-did-seam = 반복 지점을 다듬었어요.
correction-did-tame = { $hertz } Hz 부근에서 튀는 소리를 최대 { $db } dB 눌렀어요.
correction-did-tone = 음색을 조절했어요. 저음 { $low } dB, 중음 { $mid } dB, 고음 { $high } dB.
correction-did-fade-in = { $seconds }초 동안 페이드인했어요.
correction-did-fade-out = { $seconds }초 동안 페이드아웃했어요.
correction-did-limit = 음량을 맞추려고 피크를 최대 { $db } dB 눌렀어요.
error-take-shape = 엔진이 모노나 스테레오 소리가 아닌 것을 내놓았어요.
error-take-empty = 엔진이 빈 곡을 내놓았어요.
error-take-silent = 엔진이 소리 없는 곡을 내놓았어요.
error-take-broken = 엔진이 깨진 소리를 내놓았어요(읽을 수 없는 샘플 { $count }개).
error-take-stretch = 곡을 그만큼 늘이거나 줄일 수는 없어요.
error-master-length = 그 길이의 음원은 만들 수 없어요.
error-format = { $value }라는 파일 형식은 없어요.
error-format-ffmpeg = M4A 파일을 만들려면 가게 컴퓨터에 ffmpeg이 있어야 해요.
error-correction-range = { $name } 값으로 { $value }은(는) 쓸 수 없어요. { $low }에서 { $high }까지 가능해요.
error-correction-unreadable = 손본 내용을 읽을 수 없어요.
error-correction-unknown = { $value }(이)라는 손보기는 없어요.
error-correction-stem = 이 곡에는 따로 조절할 { $value } 파트가 없어요.
error-correction-trim = 그만큼 자르면 남는 소리가 없어요.

# 운영자가 분위기와 스타일을 두루 들어 보는 페이지 (bgm listen)
listen-title = 모든 분위기, 모든 스타일
listen-about = 재생을 누르면 다음 곡까지 이어서 들려 드려요. 플레이어 아래 그림은 그 곡의 악보예요.
