# 사람이 읽는 모든 문장의 한국어판입니다. 이 파일을 내 폴더(BGM_CONFIG)의 texts/ko.ftl로 복사한 뒤 바꿀 문장만 남기세요.
# { $name }은 상점이 채웁니다. 채팅마다 다른 꾸밈 기호(별표, 백틱)는 쓰지 마세요. 모든 채팅이 문장을 있는 그대로 보여 줍니다.

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
error-refused = 연결된 서비스가 거절했어요. 상점 운영자가 확인해야 해요.
error-unreachable = 지금은 메시지를 보낼 수 없어요. 이 서버의 개인 메시지를 허용해 주세요.
error-too-large = 이 채팅에서 보내기에는 파일이 너무 커요.
error-engine = 이번에는 음악을 만들지 못했어요.
error-no-weights = { $folder }에 모델이 없어요. bgm engines pull로 받거나 다른 폴더를 지정해 주세요.
error-neural-extra = { $engine }에는 추가 소프트웨어가 필요해요. 프로젝트 폴더에서: .venv/bin/pip install -e ".[neural]"
error-unknown-mood = ‘{ $value }’ 분위기는 메뉴에 없어요. 고를 수 있는 분위기: { $choices }
error-unknown-style = ‘{ $value }’ 스타일은 메뉴에 없어요. 고를 수 있는 스타일: { $choices }
error-unknown-purpose = ‘{ $value }’ 용도는 메뉴에 없어요. 고를 수 있는 용도: { $choices }
error-unknown-tier = ‘{ $value }’ 라이선스 등급은 없어요. 고를 수 있는 등급: { $choices }
error-unknown-extra = ‘{ $value }’ 추가 구성은 고를 수 없어요. 고를 수 있는 것: { $choices }
error-coupon-unknown = ‘{ $code }’ 쿠폰은 없어요. 번호를 다시 확인해 주세요.
error-coupon-ended = { $code } 쿠폰은 사용 기간이 끝났어요.
error-coupon-used = { $code } 쿠폰은 모두 사용되었어요.
error-coupon-mine = { $code } 쿠폰은 이미 사용하셨어요.
error-coupon-currency = { $code } 쿠폰은 { $currency } 결제에만 쓸 수 있어요.
error-coupon-minimum = { $code } 쿠폰은 { $minimum } 이상부터 쓸 수 있어요.
error-credit-gone = 조금 전 다른 주문에 적립금이 쓰였어요. 가격을 다시 확인해 주세요.
error-no-sample = 지금은 견본을 들려 드릴 수 없어요. 잠시 뒤에 다시 눌러 주세요.
error-no-transfer = { $order } 주문은 지금 이체를 확인할 것이 없어요.
error-amount = ‘{ $value }’ 금액을 읽을 수 없어요. { $currency } 금액을 15000 또는 12.50처럼 적어 주세요.
error-no-withdrawal = { $order } 주문은 지금 철회할 수 없어요. 음악이 이미 전달되었거나 철회 기간이 지났어요.
error-no-way-to-pay = 이 상점은 아직 그 통화로 결제받을 수 없어요. 상점에 문의해 주세요 (/help).
error-coupon-taken = { $code } 쿠폰이 이미 있어요. 다른 번호를 써 주세요.
error-coupon-code = ‘{ $code }’ 쿠폰 번호를 쓸 수 없어요. 글자나 숫자 세 개 이상으로 적어 주세요.
error-coupon-off = ‘{ $value }’ 할인을 읽을 수 없어요. 20%, 5000이나 5.00 USD 같은 금액, 또는 무료라고 적어 주세요.
error-coupon-limit = ‘{ $value }’ 횟수를 읽을 수 없어요. 1에서 1000000 사이의 숫자를 적거나 비워 두세요.
error-coupon-until = ‘{ $value }’ 날짜를 쓸 수 없어요. 2026-12-31처럼 앞으로 올 날을 적어 주세요.
error-credit-person = ‘{ $value }’ 사람을 찾을 수 없어요. /shop order에 나오는 구매자 번호를 적어 주세요. 예: discord:123456789012345678
error-unknown-instrument = ‘{ $value }’ 악기는 준비되어 있지 않아요. 준비된 악기: { $choices }
error-instrument-both = ‘{ $name }’ 악기가 넣을 악기와 뺄 악기 양쪽에 있어요. 한쪽에만 적어 주세요.
error-instruments-many = 악기 { $count }개는 한 곡에 너무 많아요. { $limit }개까지 적어 주세요.
error-length-range = { $value } 길이는 만들 수 없어요. { $shortest }부터 { $longest }까지 가능해요.
error-length-unreadable = ‘{ $value }’에서 길이를 읽지 못했어요. 45, 1:30, 2분처럼 적어 주세요.
error-tempo = ‘{ $value }’ 템포로는 연주할 수 없어요. { $slowest }에서 { $fastest } 사이의 숫자(BPM)를 적어 주세요.
error-imitation = 특정 음악가를 흉내 내는 음악은 만들지 않아요. ‘{ $name }’ 대신 원하는 소리를 적어 주세요. 예: “느린 현악이 깔리는 애잔한 피아노, 70 BPM”
error-key = ‘{ $value }’에서 조성을 읽지 못했어요. C, F# minor, 내림나장조처럼 적어 주세요.
error-details-long = 설명이 { $length }자예요. { $limit }자까지만 받을 수 있으니 조금 줄여 주세요.
error-no-price = 이 용도의 가격이 아직 없어요. 다른 용도를 고르거나 상점 운영자에게 문의해 주세요.
error-certificate-unknown = 이 상점에서 발급한 { $number } 증서는 없어요.
error-no-order = { $order } 주문을 찾을 수 없어요.
error-not-your-order = 다른 분의 주문이에요.
error-operators-only = 상점 운영자만 할 수 있어요.
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
command-verify-certificate = 증서에 적힌 번호(예: BGM-XXXXX-XXXXX). 파일만 주어도 돼요
command-verify-file = 확인할 파일. 다시 인코딩하거나 자른 파일도 돼요
command-help = 이용 방법을 안내해요
command-terms = 무엇을 사는지, 언제 환불되는지 안내해요
command-privacy = 상점이 보관하는 정보를 안내해요
command-shop = 상점 운영자용 명령이에요
command-shop-stats = 지난 며칠의 숫자를 그림으로
command-shop-option-days = 며칠 전부터 볼지 (1~366)
command-shop-today = 진행 중인 주문, 들어 볼 곡, 오늘의 실적
command-shop-order = 주문 하나를 자세히 봐요
command-shop-refund = 주문 금액을 돌려줘요
command-shop-retry = 실패한 작업을 다시 시도해요
command-shop-pause = 새 주문을 잠시 받지 않아요
command-shop-coupon = 쿠폰과 적립금
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
name-shop = 상점
name-stats = 통계
name-days = 일수
name-coupon = 쿠폰
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
asked-tier = 라이선스 등급
asked-extras = 추가 구성
extra-stems = 스템
extra-midi = MIDI 파일
extra-revisions = 수정 횟수 추가
extra-exclusive = 독점

### 가격

price-line = { $what }: { $amount }
price-total = 합계 { $amount }
price-length = 음악 { $length }
price-purpose = { $purpose } 라이선스
price-loop = 끊김 없는 반복
price-coupon = 쿠폰 { $code }
price-credit = 적립금 사용
price-bundle = { $pieces }곡을 { $pay }곡 값에
price-tier = { $tier } 라이선스
price-stems = 스템 (악기별 파일)
price-midi = MIDI (음표 파일)
price-revisions = 무료 수정 추가
price-exclusive = 독점 사용
price-revision = 수정

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
engine-stable-audio-3 = Stable Audio 3(Powered by Stability AI)
engine-ace-step = 공개 음악 모델 ACE-Step
paid-by-stripe = Stripe 결제
paid-by-manual = 계좌 이체
summary-consent = 결제 전에 확인해 주세요
consent-free = 동의하시는 내용
consent-free-text = 확인하시면 { $shop }에서 바로 작곡을 시작하고, 사람이 직접 들어 본 뒤에 보내 드려요. 비용은 없어요. 확인 버튼을 누르면 여기 적힌 내용과 이용 약관(/terms)에 동의하는 것으로 봅니다.
summary-consent-text = 결제하시면 { $shop }에서 바로 작곡을 시작하고, 사람이 직접 들어 본 뒤에 보내 드려요. { $within } 안에 합격한 곡이 없으면 자동으로 환불돼요. 아래의 결제 버튼을 누르면 여기 적힌 내용과 이용 약관(/terms)에 동의하는 것으로 봅니다.
summary-withdrawal = 청약철회 제한 안내
summary-withdrawal-text = 주문에 맞춰 만들어 디지털로 전달하는 음악이에요. 결제하시면 바로 제작을 시작하고, 음악이 전달된 뒤에는 단순 변심으로 청약을 철회하거나 환불받을 수 없다는 데 동의합니다.
summary-confirm = 동의하고 { $amount } 결제하기
summary-change = 답 바꾸기
summary-change-mood = 분위기
summary-change-length = 길이
summary-change-purpose = 용도
summary-change-details = 바라는 점
summary-price-changed = 보고 계신 동안 가격이 바뀌었어요. 다시 확인해 주세요.
summary-tier = 라이선스 등급
summary-region = 사는 곳(권리 기준)
region-kr = 대한민국
region-eu = 유럽연합·유럽경제지역
region-uk = 영국
region-other = 그 밖의 지역
summary-extra-on = ✓ { $extra } ({ $amount })
summary-extra-off = + { $extra } ({ $amount })
summary-bundle-button = { $pieces }곡을 { $pay }곡 값에
summary-bundle = 이 곡이 전달되면 다음 주문에 쓸 적립금 { $credit }이 쌓여요.
summary-confirm-stripe = 동의하고 { $amount } 카드로 결제
summary-confirm-manual = 동의하고 { $amount } 계좌 이체
summary-confirm-stars = 동의하고 { $amount } 스타로 결제
summary-confirm-free = 동의하고 무료로 주문하기
summary-tick-on = 바로 시작하는 데 동의함
summary-tick-off = 바로 시작하는 데 동의합니다
summary-tick-first = 주문하기 전에 ‘청약철회 제한 안내’를 읽고, 동의하시면 네모 칸을 눌러 주세요.
summary-sample = 미리 듣기
summary-coupon = 쿠폰
summary-coupon-change = 쿠폰 { $code }
transfer-how-to =
    아래 계좌로 { $amount } 보내 주세요.
    { $account }
    받는 분 통장 표시: { $reference }
    { $until }까지 보내 주시면 입금을 확인하는 대로 제작을 시작해요.
transfer-title = { $order } 계좌 이체
transfer-came-title = { $amount } 입금됐나요?
transfer-came-text = { $order } 표시로 { $amount } 이체가 들어올 예정이에요. 통장에 들어오면 눌러 주세요. 그때부터 제작이 시작돼요.
transfer-came-yes = 입금 확인
transfer-other = 다른 금액…
transfer-other-title = 입금된 금액
transfer-amount = 통장에 들어온 금액
transfer-gone-title = { $amount } 돌려보내 주세요
transfer-gone-text = { $order } 주문의 이체를 환불해야 해요. 보낸 계좌로 { $amount } 송금한 뒤 눌러 주세요. 고객님께는 환불 중이라고 알려 드렸어요.
transfer-gone-yes = 환불 송금 완료
transfer-noted-came = { $name }님이 { $order } 주문의 { $amount } 입금을 확인했어요.
transfer-noted-gone = { $name }님이 { $order } 주문의 { $amount } 환불을 마쳤어요.
transfer-answered = 이미 답한 일이에요.
transfer-known = 이미 처리된 내용이에요 ({ $order }, { $amount }, { $name }). 바뀌는 것은 없어요.
transfer-pay = 결제 방법
unbuy = 계약 철회
unbuy-title = 계약을 철회할까요?
unbuy-text = { $shop }와 맺은 { $order } 주문 계약을 철회합니다. { $amount } 금액은 결제하신 곳으로 돌아가고, 제작은 중단되며, 음악은 사용할 수 없게 돼요.
unbuy-confirm = 철회 확정
unbuy-received = { $at }에 계약 철회를 접수했어요.
contract = 계약 내용
contract-title = { $order } 계약 내용
contract-made = { $at }에 맺은 계약이에요. 동의하신 문구를 그대로 보여 드려요.
consent-name-ai-notice = AI 음악 안내
consent-name-pre-listen = 구매 전 미리 듣기
consent-name-no-withdrawal = 청약철회 제한
consent-name-begin-at-once = 철회권: 직접 동의하심
consent-name-terms = 이용 약관
coupon-list = 쿠폰
coupon-none = 아직 쿠폰이 없어요.
coupon-new-title = 새 쿠폰
coupon-new-code = 쿠폰 번호 (비우면 자동으로 만들어요)
coupon-new-code-example = SPRING24 또는 봄맞이
coupon-new-off = 할인
coupon-new-off-example = 20%, 5000, 5.00 USD, 무료
coupon-new-minimum = 최소 금액 (비우면 제한 없음)
coupon-new-minimum-example = 예: 10000
coupon-new-limit = 전체 사용 횟수 (비우면 제한 없음)
coupon-new-limit-example = 예: 50 (구매자마다 한 번)
coupon-new-until = 마지막 날 (비우면 기한 없음)
coupon-new-until-example = 예: 2026-12-31
coupon-made = { $code } 쿠폰을 이제 쓸 수 있어요.
coupon-over = { $code } 쿠폰을 끝냈어요. 이미 쓴 주문의 가격은 그대로예요.
coupon-end = 쿠폰 끝내기
coupon-from = { $minimum } 이상
coupon-until = { $until }까지
coupon-used = { $used }번 사용
coupon-used-of = { $limit }번 중 { $used }번 사용
coupon-is-over = 끝남
coupon-percent = { $percent }% 할인
coupon-amount = { $amount } 할인
credit-title = 적립금 주기
credit-buyer = 받을 사람
credit-buyer-example = 예: discord:123456789012345678
credit-amount = 금액
credit-amount-example = 5000 또는 5.00 USD
credit-given = { $id }님의 적립금은 이제 { $left }이에요.
coupon-title = 쿠폰
coupon-code = 쿠폰 번호 (비우면 쿠폰을 쓰지 않아요)
coupon-example = 예: SPRING24
sample-title = { $mood } 분위기는 이렇게 들려요
sample-text = 같은 작곡 엔진이 만든 짧은 견본이에요. 주문하시면 고객님의 곡을 새로 만들어요.
consent-begin-at-once = 이 계약은 14일 안에 이유 없이 철회할 수 있어요. 네모 칸을 누르면 바로 제작을 시작해 달라고 요청하고, 음악이 전달되면 철회할 권리가 끝난다는 것을 확인하는 것입니다. 그전까지는 /orders에서 철회할 수 있어요.
consent-pre-listen = 주문하기 전에 ‘미리 듣기’를 누르면 고르신 분위기를 이 상점이 어떻게 연주하는지 들어 볼 수 있어요.
consent-pre-listen-title = 구매 전 미리 듣기
closed-review-title = 이곳은 음악을 심사하는 채널이에요
closed-review = 주문은 다른 채널이나 저와의 개인 메시지에서 해 주세요.
closed-pause-title = 상점이 잠시 쉬고 있어요
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
orders-kit = 저작권 이의 대응
orders-mail = 이메일로 받기
orders-licensee = 증서 이름
orders-again = 똑같이 다시 주문
orders-refresh = 새로 고침
to-pay-lapsed-title = 주문 { $order }
to-pay-lapsed = 이 메시지는 더 이상 갱신되지 않아요. 결제하거나 주문 상태를 보려면 새로 고침을 누르거나 /orders를 써 주세요.
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
help-contact-none = 주문의 💬 ‘문의하기’ 버튼
terms-title = { $shop } 이용 약관
terms-offer = 무엇을 사나요
terms-offer-text = 주문에 맞춰 만든 음악 한 곡과, 고른 용도에 대한 서면 라이선스예요. 요약을 확인하면 계약이 시작되고, { $pay } 안에 결제하지 않은 주문은 자동으로 취소돼요.
terms-licence = 라이선스
terms-licence-text = 함께 받는 증서에 이용 범위가 적혀 있어요. 음악만 따로 되파는 것, 내 음원으로 발매하는 것, Content ID에 등록하는 것, AI 학습에 쓰는 것, 표시를 지우는 것은 허락되지 않아요.
terms-refund = 언제 환불되나요
terms-refund-text = { $compose } 안에 곡이 나오지 않거나, { $review } 안에 합격한 곡이 없거나, { $deliver } 안에 전달하지 못하면 자동으로 전액 환불돼요. 주문에 맞춰 만들어 전달한 음악은 단순 변심으로 환불되지 않지만, 문제가 있으면 알려 주세요: { $contact }. 법이 정한 권리는 그대로 보장돼요.
terms-withdrawal = 청약철회
terms-withdrawal-text = 사는 곳에 따라 달라요. 대한민국: 주문에 맞춰 만든 음악이라 전달된 뒤에는 단순 변심으로 철회할 수 없고, 대신 주문 전에 견본을 들어 볼 수 있어요. 유럽연합과 영국: 14일 안에 철회할 수 있지만, 바로 시작하는 데 동의하셨다면 음악이 전달될 때까지예요. /orders에서 철회하면 금액을 자동으로 돌려 드려요. 그 밖의 지역: 전달된 뒤에는 철회할 수 없어요.
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
privacy-seen-text = 상점 운영자, 결제를 처리하는 서비스, 지금 쓰고 계신 채팅 서비스뿐이에요. 팔거나 AI 학습에 쓰지 않아요.
privacy-rights = 이용자의 권리
privacy-rights-text = 보관 중인 정보를 확인하거나 고치거나, 법이 허락하는 범위에서 지워 달라고 요청할 수 있어요: { $contact }
privacy-export = 내 데이터 받기
privacy-erase = 내 데이터 삭제
privacy-export-title = 내 데이터
privacy-export-text = 이 상점이 저장한 모든 정보예요. data.json에는 주문과 진행 기록, 결제, 작성 중인 주문, 메모가 있고, files.json에는 받으신 파일 목록과 다시 받는 주소가 있어요.
privacy-export-sent = 내 데이터를 ZIP 파일로 DM에 보내 드렸어요.
privacy-erase-title = 데이터를 삭제할까요?
privacy-erase-text = 지워지는 것: 이름, 직접 적으신 모든 글(요청, 문의, 수정 내용), 이메일 주소, 즐겨찾기, 작성 중인 주문과 메모, 결제하지 않은 주문. 남는 것: 결제하신 주문은 세법에 따라 채팅 계정 ID로 보관하고, 라이선스를 증명할 수 있도록 증서도 남겨 둬요. 음악은 계속 내려받으실 수 있어요. 채팅방에 남은 메시지와 결제 서비스의 기록은 각 서비스에 남아요.
privacy-erase-now = 네, 삭제할게요
privacy-erase-not = 아니요, 돌아갈게요
privacy-erased-title = 데이터를 삭제했어요
privacy-erased = 글을 지우고 남긴 주문: { $kept }건. 완전히 지운 주문: { $gone }건.
error-erase-open = 아직 진행 중인 주문이 있어요: { $orders }. 취소하시거나 받으신 뒤에 다시 요청해 주세요.

### Telegram: 첫인사, 입력, 채팅 안에서 결제

command-language = 대화 언어 바꾸기
command-paysupport = 결제에 문제가 있을 때
language-name = 한국어
language-title = 언어
language-text = 어떤 언어로 이야기할까요?
language-chosen = 이제부터 한국어로 안내해 드릴게요.
start-title = { $shop }에 오신 것을 환영해요
start-text = 영상, 방송, 게임에 쓸 배경 음악을 라이선스와 함께 만들어 드려요. 필요한 음악을 한 문장으로 말씀하시거나 아래 버튼을 눌러 주세요. { $takes }곡을 만들고 사람이 들어 가장 좋은 곡을 골라 드려요.
start-order = 음악 주문하기
start-orders = 내 주문
start-help = 이용 방법
start-group = 주문 내용은 다른 분께 보이지 않도록 개인 채팅에서 이야기해요.
start-private = 개인 채팅 열기
words-title = 무엇을 도와드릴까요?
words-unclear = “{ $words }”에서 주문 내용을 찾지 못했어요. 예를 들어 이렇게 말씀해 주세요. 1분 30초 여행 브이로그에 쓸 잔잔한 피아노
error-unknown-command = 모르는 명령이에요. /help 에서 할 수 있는 일을 볼 수 있어요.
error-certificate-unnamed = 증서 번호를 찾지 못했어요. /verify 뒤에 증서에 적힌 번호를 쓰거나 원본 파일을 보내 주세요.
error-nothing-to-pay = { $order } 주문은 지금 결제할 것이 없어요. /orders 에서 상태를 볼 수 있어요.
form-write = 메시지로 적어 주세요: { $field }
form-reply = 이 메시지에 답장으로 적어 주세요: { $field }
form-example = 예: { $example }
form-keep = 그대로 두기
form-empty = 비워 두기
form-clear = 지우기: { $field }
form-done = 완료
form-cancel = 취소
form-cancelled = 바뀐 것은 없어요.
form-gone = 이미 닫힌 질문이에요. 위의 버튼을 다시 눌러 주세요.
form-missing = 아직 비어 있어요: { $field }
paying-unknown = 이 상점의 주문에 없는 청구서예요. 결제되지 않았어요.
paying-not-yours = 다른 분의 청구서예요. 직접 주문하려면 /bgm 을 입력해 주세요. 결제되지 않았어요.
paying-late = 결제 기한이 지나 주문이 취소되었어요. 결제되지 않았으니 /orders 에서 다시 주문해 주세요.
paying-done = 이미 결제된 주문이에요. 두 번 결제되지 않았어요.
paying-price = 주문 금액이 바뀌었어요. 결제되지 않았으니 /orders 에서 새 청구서를 확인해 주세요.
paying-sent = 청구서를 채팅 맨 아래에 보내 드렸어요.
paysupport-title = { $shop } 결제 안내
paysupport-wrong = 문제가 생겼다면
paysupport-wrong-text = /orders 에서 주문을 열면 결제 여부를 볼 수 있어요. 기한이 지났거나 두 번 결제되었거나 금액이 다른 결제는 몇 분 안에 저절로 환불돼요.
paysupport-back = 환불
paysupport-back-text = 기한 안에 만들거나 고르거나 전해 드리지 못한 주문은 결제하신 수단으로 전액 저절로 환불돼요. 별(Stars)은 Telegram 잔액으로 돌아가요. 자세한 기준은 /terms 에 있어요.
paysupport-ask = 사람에게 문의
paysupport-ask-text = 알려 주세요: { $contact } (주문 번호를 함께 적어 주세요. 이곳에서 한 결제는 Telegram 고객센터에서 도와드릴 수 없어요.)

### 즐겨찾기와 환불 요청

favourites-title = 즐겨찾기
favourites-none = 아직 별표한 주문이 없어요. 받은 주문에서 ⭐를 눌러 주세요.
orders-star = 즐겨찾기
orders-unstar = 즐겨찾기 해제
orders-certificate = 라이선스 증서
orders-wish = 환불 요청
wish-title = 환불 요청하기
wish-reason = 이유
wish-example = 음악이나 주문에서 어떤 점이 문제인지 적어 주세요
wish-open = 환불을 요청하셨어요. 담당자가 확인하고 답을 드릴게요.
wish-declined = 요청하신 환불은 받아들여지지 않았어요. 이유는 담당자의 글에 적혀 있어요.
wish-declined-letter = 주문 { $order }의 환불 요청을 검토했지만 이번에는 환불해 드리기 어려워요. { $words }
error-wish-nothing = 주문 { $order }에는 돌려드릴 금액이 없어요.
error-wish-answered = 주문 { $order }의 환불 요청은 이미 처리됐어요.
decline-title = { $order }: 환불하지 않음
decline-words = 구매자가 읽게 될 글
decline-example = 환불하지 않는 이유와 대신 드릴 수 있는 것
decline-done = 주문 { $order }의 구매자에게 알렸어요.
alert-wish = 구매자가 환불({ $amount })을 요청했어요. 결정하시기 전까지는 아무 일도 일어나지 않아요.
alert-wish-grant = 환불…
alert-wish-decline = 거절…
journal-refundwished = 구매자가 환불을 요청함
journal-refunddeclined = 환불을 거절함

### 받은 곡 바꾸기

change-calmer = 더 차분하게
change-brighter = 더 밝게
change-longer = 더 길게
change-shorter = 더 짧게
change-loop = 반복 재생용으로
change-fewer-drums = 드럼 줄이기
change-words = 직접 쓰기
change-livelier = 더 활기차게
change-darker = 더 어둡게
change-no-drums = 드럼 없이
change-faster = 더 빠르게
change-slower = 더 느리게
change-fewer-instruments = 악기 줄이기
change-less-melody = 멜로디 줄이기
change-more-melody = 멜로디 살리기
change-other-genre = 다른 장르로
revision-of = 수정한 곡
revise-title = 바꾸기: { $change }
revise-what = { $piece } (주문 { $order })의 새 버전을 만들어요. 이미 받으신 곡은 그대로 남아요.
revise-how = 같은 곡을 바꿔서 만들어요. 보내 드리기 전에 사람이 직접 들어 보고, 라이선스 증서도 따로 드려요.
revise-not-understood = 적어 주신 글에서 정해진 변경 사항을 찾지 못했어요. 글은 곡을 들어 보는 담당자에게 그대로 전달되고, 새로 연주한 버전이 함께 만들어져요. 다르게 적어 보셔도 좋아요.
revise-changes = 바뀌는 점
revise-words = 적어 주신 내용
revise-words-title = 어떻게 바꿔 드릴까요?
revise-words-example = 조금 더 느리게, 드럼 없이, 45초로
revise-reword = 다르게 적기
revise-leave = 그대로 두기
revise-confirm-free = 무료로 만들기
revise-free = 무료예요. 이번 수정 뒤에는 이 곡의 무료 수정이 { $left ->
    [0] 더 남지 않아요
   *[other] { $left }번 남아요
}.
revise-used = 무료 수정
revise-used-text = 이 곡의 무료 수정을 모두 쓰셨어요.
revise-again = 음악 아래의 버튼을 다시 눌러 주세요.
error-revise-refunded = 주문 { $order }은(는) 취소되었거나 환불되어 더 이상 수정할 수 없어요.
error-revise-held = 주문 { $order }의 결제를 은행이 확인하고 있어요. 확인이 끝나면 수정할 수 있어요.
error-not-revisable = 전달이 끝난 음악만 수정할 수 있어요.
error-revise-soon = 음악을 지금 막 전달하고 있어요. 잠시 후 다시 눌러 주세요.
error-revise-not-free = 마지막 무료 수정이 방금 사용되었어요.
error-revise-shortest = 이 곡은 이미 { $seconds }초라서 더 짧게 만들 수 없어요.
error-revise-longest = 수정으로는 { $seconds }초까지 늘릴 수 있는데, 이 곡은 이미 그 길이예요. 더 긴 곡은 새로 주문해 주세요.
error-revise-loop = 이 곡은 이미 끊김 없이 반복돼요.
error-revise-empty = 어떻게 바꾸고 싶은지 짧게 적어 주세요.
card-revision = ↪️ { $order } 수정: { $change }
card-revision-words = “{ $words }”
card-revision-anew = ⚠️ 새로 작곡했어요. 이 엔진으로는 앞의 곡을 편집할 수 없으니 두 곡을 비교해 들어 보세요.
card-revision-varied = 앞의 곡을 변주했어요. 음표를 고친 것이 아니니 두 곡을 비교해 들어 보세요.
card-revision-extended = 앞의 곡은 그대로 두고 뒤를 이어 만들었어요.
card-revision-kept = 1번 테이크는 앞의 곡 그대로이고, 길이나 빠르기, 반복만 맞췄어요.
card-revision-repainted = 말씀하신 부분만 새로 만들고 나머지는 그대로 두었어요.
card-revision-faster = 음높이는 그대로 두고 앞의 곡보다 { $percent } 빠르게 만들었어요.
card-revision-slower = 음높이는 그대로 두고 앞의 곡보다 { $percent } 느리게 만들었어요.
card-revision-tempo-told = ⚠️ 다른 빠르기는 엔진에 말로만 전했어요. 앞의 곡과 BPM을 비교해 주세요.
card-revision-carried = 🎚️ 앞의 곡에서 손본 내용이 이 곡에도 적용돼 있어요. 보정 화면의 ‘처음으로’를 누르면 이 상태로 돌아와요.
alert-late-free = 기한이 지났어요. 값이 없는 주문이라 취소되었고, 구매자에게 알렸어요.

### 심사 카드, 판정, 알림: 운영자가 읽는 글

card-title = { $order } · { $round }회차 · { $asked }
card-ask = 미리듣기를 들어 보고 골라 주세요. 반응이나 버튼 하나면 돼요.
card-until = { $moment }까지 정해 주세요. 지나면 자동으로 환불돼요.
card-until-free = { $moment }까지 결정해 주세요. 그때까지 결정이 없으면 주문이 취소돼요. 결제된 금액은 없어요.
card-handed = 전달: { $ways }
way-dm = DM
way-thread = 비공개 스레드
way-claim = 채널에서 알림
way-claimed = 구매자가 버튼으로 받음
way-mail = 이메일
way-link = /orders 링크만
way-folder = 폴더
card-wish = { $what }: { $wish }
card-names = ⚠️ 요청에 누군가의 이름이 있을지도 몰라요: “{ $name }”. 아티스트의 이름이라면 그 음악을 흉내 낸 곡은 승인하지 말고, 필요하면 구매자에게 물어보세요.
card-picture = 모든 곡의 파형을 위아래로 나란히 그린 그림
card-preview = { $take }번 곡 미리듣기
card-too-large = 미리듣기 파일이 이 채널에는 너무 커요. 파일은 주문 폴더에 있어요.
card-place-closed = 검수하는 곳에 글을 쓸 수 없어서 개인 메시지로 보내 드려요. "bgm check"를 실행하면 무엇이 빠졌는지 알 수 있어요.
card-button-approve = { $take }번 곡
card-button-again = 다시 만들기
card-button-but = 바꿔서 다시
card-button-reject = 반려하고 환불
card-button-reject-free = 반려
card-button-correct = 손보기 …
card-button-preset = 프리셋으로 저장
card-button-ask = 구매자에게 묻기
card-corrected = 🎚️ { $changes }
card-asked = 💬 물어봤고 아직 답이 없어요: “{ $text }”
card-written = 💬 구매자의 말: “{ $text }”
card-approve = { $by } 님이 { $take }번 곡을 승인했어요.
card-again = { $by } 님이 다시 만들기를 요청했어요.
card-reject = { $by } 님이 반려하고 환불했어요.
card-reject-free = { $by } 님이 반려했어요. 결제된 금액은 없어요.
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
ruling-unheard = { $order }: { $what }은 손보는 중이거나, 누르신 카드의 소리와 달라졌어요. 새 미리듣기를 들어 보고 정해 주세요.
correct-title = { $order } · { $take }번 곡 손보기
correct-how = 버튼 하나가 한 단계예요. 새 미리듣기는 카드에 올라와요. 언제든 되돌릴 수 있어요.
correct-making = ⏳ 새 미리듣기를 만들고 있어요.
correct-heard = ✅ 새 미리듣기가 카드에 올라왔어요.
correct-over = { $order } 주문은 이미 정해졌어요. 그 뒤에 누른 것은 반영되지 않아요.
correct-now = 지금까지 손본 것
correct-nothing = 없음(만들어진 그대로)
correct-measured = 측정값
correct-loudness = 다른 용도의 음량 …
correct-undo = 되돌리기
correct-reset = 처음으로
correct-approve = { $take }번 곡 승인
correction-fade-in = 페이드인
correction-fade-out = 페이드아웃
correction-trim-start = 앞 자르기
correction-trim-end = 끝 자르기
correction-seam = 반복 이음새
correction-tame = 튀는 소리
correction-louder = 더 크게
correction-softer = 더 작게
correction-less-bass = 저음 줄이기
correction-less-treble = 고음 줄이기
corrected-fade-in = 페이드인 { $value }초
corrected-fade-out = 페이드아웃 { $value }초
corrected-trim-start = 앞 { $value }초 자름
corrected-trim-end = 끝 { $value }초 자름
corrected-seam = 이음새 다듬음
corrected-tame = 튀는 소리 누르기 { $value }
corrected-lufs = { $value } LUFS로 맞춤
corrected-gain-db = { $value } dB
corrected-low-db = 저음 { $value } dB
corrected-high-db = 고음 { $value } dB
letter-question-title = 주문에 대해 여쭤볼 것이 있어요
letter-answer-title = 상점의 답변이에요
letter-about = 주문
letter-you-wrote = 쓰신 내용
letter-answer = 답하기
letter-how = 버튼으로 답하거나, 여기에 그냥 써 주세요.
letter-nudge = 주문에 대한 질문이 있는데 DM이 닫혀 있어요. /orders 를 입력하면 혼자만 볼 수 있게 보여 드려요.
letter-closed = 구매자의 DM이 닫혀 있어요. 구매자는 /orders 에서 메시지를 볼 수 있어요.
letter-closed-called = 구매자의 DM이 닫혀 있어서 주문한 채널에서 불렀어요. 메시지는 /orders 에서 볼 수 있어요.
letter-from-buyer = 💬 구매자의 질문이에요.
letter-from-buyer-answer = 💬 구매자의 답이에요.
letter-form-buyer = { $order } 주문 문의
letter-form-operator = { $order } 구매자에게 묻기
letter-form-answer = 답하기 ({ $order })
letter-text = 내용
letter-example-buyer = 궁금한 점이나 전하고 싶은 말을 적어 주세요.
letter-example-operator = 예: 끝을 서서히 줄일까요, 마지막 박자에서 딱 끊을까요?
letter-sent = 전달했어요
letter-sent-buyer = { $order } 주문에 대한 메시지를 상점에 전했어요. 답은 DM으로 드려요.
letter-sent-operator = { $order } 구매자에게 DM으로 물어봐요. 답은 카드 아래 스레드에 올라오고, 그때까지 판정 기한이 늘어나요.
letter-sent-buyer-answer = 고마워요. { $order } 주문에 대한 답을 상점에 전했어요.
letter-sent-operator-answer = { $order } 구매자에게 답을 DM으로 보내요.
letter-thread = { $order } · { $asked }
letter-ask = 문의하기
orders-letter = 💬 상점의 메시지: “{ $text }”
error-letter-empty = 내용이 비어 있어요. 몇 마디 적어 주세요.
preset-form-title = 프리셋으로 저장
preset-name = 이름
preset-take = 몇 번 곡({ $takes })
preset-title = 프리셋
preset-text = 이름을 붙여 둔 곡 { $count }개예요. ⭐ 표시는 구매자가 /bgm 에서 고를 수 있어요.
preset-none = 아직 프리셋이 없어요. 판정 카드의 ⭐ 버튼으로 좋은 곡에 이름을 붙여 두세요.
preset-choose = 어떤 프리셋을 볼까요?
preset-picks = 상점의 추천 …
preset-from = 원래 주문
preset-source = { $order } { $take }번 곡: { $title }
preset-played = 엔진과 시드
preset-is-offered = 구매자가 /bgm 에서 상점의 추천으로 고를 수 있어요.
preset-is-kept = 보관만 해 두었어요. 구매자에게는 아직 보이지 않아요.
preset-offer = 구매자에게 추천
preset-withdraw = 추천 그만두기
preset-rename = 이름 바꾸기
preset-drop = 삭제
preset-drop-title = “{ $name }” 프리셋을 삭제할까요?
preset-all = 프리셋 전체
error-no-preset = 그 프리셋은 이제 없어요.
error-preset-name = 프리셋에는 이름이 필요해요.
command-shop-preset = 프리셋 보기, 이름 바꾸기, 구매자에게 추천, 삭제
name-preset = 프리셋
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
alert-correct = 손보기에 실패했어요. 곡은 그 전 그대로예요.
alert-letter = 구매자와 주고받는 메시지를 전하지 못했어요. 구매자는 /orders에서 볼 수 있어요.
alert-hand-over = 손님에게 음악을 전달하지 못했어요. 다시 시도하거나 환불해 주세요.
alert-hand-over-thread = 비공개 스레드로 음악을 건네지 못했어요. 다음 방법으로 보내는 중이에요.
alert-hand-over-claim = 주문한 채널에서 구매자를 부르지 못했어요. 다음 방법으로 보내는 중이에요.
alert-hand-over-mail = 이메일을 보내지 못했어요. 메일 서버 설정을 확인해 주세요.
alert-refund = 환불에 실패했어요. 한 시간마다 다시 시도하고, 지금 바로 시도할 수도 있어요.
alert-paper = 계약 내용을 구매자에게 보내지 못했어요. 구매자는 /orders에서 볼 수 있어요.
alert-paid = 금액이 다르거나 두 번 들어온 결제예요. 자동으로 환불돼요.
alert-late = 정해진 시간이 지났어요. 자동으로 환불돼요.
alert-disputed = 은행이 { $amount } 결제에 이의를 제기하고 금액을 가져갔어요. 결론이 날 때까지 음악을 전달하지 않아요. 터미널에서 bgm evidence { $order }로 증빙을 모아 기한 안에 결제사에 제출해 주세요.
alert-inquiry = 은행이 { $amount } 결제에 대해 묻고 있어요. 돈은 그대로 있지만, 결론이 날 때까지 음악을 전달하지 않아요. 터미널에서 bgm evidence { $order }로 증빙을 모아 기한 안에 결제사에 답해 주세요.
alert-dispute-won = 결제 이의가 상점에 유리하게 끝났어요. { $amount }은 상점의 돈이에요.
alert-dispute-lost = 결제 이의가 손님에게 유리하게 끝나 { $amount }이 손님에게 돌아갔어요. 라이선스도 함께 끝났어요.
alert-dispute-lost-part = 결제 이의가 일부만 손님에게 유리하게 끝났어요. { $amount }은 손님에게 돌아갔고 { $left }은 상점에 남아 있어요. 주문과 라이선스는 그대로예요. 주문을 취소하면 남은 { $left }만 돌려보내요.
alert-dispute-lost-rest = 결제 이의가 일부만 손님에게 유리하게 끝나 은행이 { $amount }을 돌려줬어요. 남은 { $left }은 자동으로 환불돼요.
alert-dispute-lost-second = 이 주문에 중복으로 들어온 결제의 이의가 손님에게 유리하게 끝나 { $amount }이 돌아갔어요. 주문은 그대로예요.
alert-dispute-lost-twice = 결제 이의가 손님에게 유리하게 끝나 은행이 { $amount }을 돌려줬는데, 이미 돌려보낸 돈이 있어 결제 금액보다 { $more } 더 나갔어요. 결제사에 환불 내역을 내거나 손님에게 반환을 부탁해 주세요.
alert-of = 전체 결제 금액
alert-refund-failed = { $amount } 환불이 손님에게 도착하지 않았어요. 다시 보내거나, 손님에게 다른 방법을 물어봐 주세요.
alert-reference = 결제사 참조 번호
alert-reason = 사유
alert-until = 제출 기한
alert-look = 주문 보기

### 운영자 명령

stats-title = { $days ->
    [one] 숫자로 보는 오늘
   *[other] 숫자로 보는 지난 { $days }일
}
stats-span = { $days }일
stats-nothing = 이 기간에는 주문이 없었어요.
stats-picture = 막대그래프: 하루 결제와 수입, 어떤 주문이 어떻게 마무리됐는지를 보여 줘요.
stats-paid-days = 하루 결제 건수
stats-earned-days = 수수료와 환불을 뺀 하루 수입 ({ $currency })
stats-moods = 분위기
stats-purposes = 용도
stats-styles = 장르
stats-lengths = 길이
stats-hours = 주문이 들어오는 시각
stats-changes = 요청받은 수정
stats-delivered = 전달
stats-refunded = 환불
stats-other = 진행 중이거나 미결제
stats-orders = 주문
stats-counts = 주문 { $placed }건 · 결제 { $paid }건 · 전달 { $delivered }건 · 환불 { $refunded }건
stats-buyers = 구매자
stats-buyers-of = { $all }명, 그중 다시 찾은 분 { $returning }명
stats-first-time = 첫 청취에서 승인
stats-waits = 보통 걸리는 시간
stats-wait-ready = 결제 후 후보곡까지 { $span }
stats-wait-verdict = 후보곡에서 승인까지 { $span }
stats-wait-handed = 결제 후 전달까지 { $span }
stats-own-words = 구매자가 따로 적은 말 (moods.toml에 나눌 만한 분위기?)
stats-sources = 구매자가 찾아온 곳
error-stats-days = 일수는 1부터 { $most } 사이의 정수로 적어 주세요. 예: 30
morning-title = 좋은 아침이에요: { $day }의 상점
today-title = { $day }의 상점
today-paused = 새 주문을 받지 않고 있어요. /shop resume으로 다시 열 수 있어요.
today-open = 진행 중인 주문
today-since = { $since }부터
today-placed = 주문 { $count }건
today-paid = 결제 { $count }건
today-handedover = 전달 { $count }건
today-refunded = 환불 { $count }건
today-money = 번 돈
today-net = 남은 돈 { $amount }
today-flow-paid = 결제 { $amount }
today-flow-fees = 수수료 { $amount }
today-flow-back = 환불 { $amount }
today-flow-disputes = 분쟁 { $amount }
today-listen = 들어 볼 곡
today-stuck = 확인할 주문
today-nothing = 없음
today-more = 외 { $count }건
shop-buyer = 주문한 사람
shop-buyer-line = { $name } ({ $id })
shop-deadline = 기한
shop-failure = 실패한 작업
shop-cause = 원인
shop-detail = 기술 정보
cause-later = 상대 서비스가 마지막 시도까지 응답하지 않았거나 너무 바빴어요. 서비스의 상태 페이지와 이 컴퓨터의 인터넷 연결을 확인한 뒤 다시 시도하세요.
cause-refused = 상대 서비스가 거절했어요. 보통 권한, 키, 설정 때문이에요. 터미널에서 bgm check를 실행하면 하나씩 확인해 줘요. 고친 뒤 다시 시도하세요.
cause-unreachable = 그곳에는 글을 쓸 수 없어요. 채널이나 대화가 없어졌거나 봇이 차단되었어요.
cause-too-large = 파일이 이 채팅의 크기 제한을 넘어요.
cause-missing = 필요한 파일이나 기록이 없어졌어요. 미디어 폴더나 저장소를 옮겼거나 지웠는지 확인하세요.
cause-memory = 이 길이의 곡을 만들기에는 메모리가 모자라요. 다른 프로그램을 닫거나 더 작은 모델을 쓴 뒤 다시 시도하세요.
cause-engine = 엔진이 음악을 만들거나 다듬지 못했어요. 다시 시도해 보고, 되풀이되면 bgm check와 로그를 확인하세요.
cause-disk = 디스크가 가득 찼어요. 공간을 비운 뒤 다시 시도하세요.
cause-vanished = 작업하던 프로세스가 여러 번 갑자기 꺼졌어요. 메모리가 모자라면 그럴 수 있어요. bgm check와 로그를 확인하세요.
cause-fault = 프로그램의 오류예요. 다시 시도해 보고, 되풀이되면 아래 기술 정보를 붙여 알려 주세요.
cause-way-closed = 구매자에게 메시지를 보낼 수 없어요. DM이 닫혀 있거나 봇이 차단되었고, 다른 길도 막혀 있어요. 다시 열리면 한 번 더 시도하세요.
cause-way-refused = 마지막으로 남은 길도 거절되었어요. 봇의 권한과 메일 설정을 bgm check로 확인한 뒤 다시 시도하세요.
cause-way-no-address = 구매자가 남긴 이메일 주소가 없거나 이 상점은 이메일을 보내지 않아서, 남은 길이 없어요.
smtp-login = 메일 서버가 사용자 이름이나 비밀번호를 받아 주지 않아요. SMTP_URL에 맞는 값을 넣고 상점을 다시 시작하세요. 앱 비밀번호를 따로 요구하는 곳이 많아요.
smtp-open = 메일 서버 { $server }가 암호화(TLS)를 지원하지 않아 비밀번호를 보내지 않았어요. SMTP_URL을 smtps://로 시작하게 쓰거나 다른 서버를 쓰세요.
smtp-away = 메일 서버 { $server }에 연결할 수 없어요. SMTP_URL의 주소와 포트, 이 컴퓨터의 인터넷 연결을 확인하세요.
smtp-untrusted = 메일 서버 { $server }의 인증서를 믿을 수 없어 연결하지 않았어요. SMTP_URL의 서버 이름과 smtp(STARTTLS)·smtps 구분이 맞는지 확인하세요.
smtp-address = 메일 서버가 구매자의 주소로는 보낼 수 없다고 해요({ $code }). 주소가 틀렸거나 없어졌을 수 있으니 구매자에게 다른 주소를 물어보세요.
smtp-letter = 메일 서버가 이메일의 내용을 거절했어요({ $code }). 크기 제한이나 스팸 차단 때문일 수 있어요. 메일 서비스에 문의하세요.
smtp-sender = 메일 서버가 보내는 사람의 주소를 거절했어요({ $code }). SMTP_URL의 ?from= 주소로 보낼 수 있게 되어 있는지 확인하세요.
smtp-busy = 메일 서버가 나중에 다시 오라고 해요({ $code }). 상점은 몇 시간 동안 스스로 다시 시도해요. 계속되면 메일 서비스에 문의하세요.
smtp-broken = 메일 서버와 주고받던 중에 연결이 끊겼어요. 서버의 상태를 확인한 뒤 다시 시도하세요.
shop-journal = 기록
shop-journal-line = { $at }: { $what } ({ $by })
shop-journal-line-ignored = { $at }: { $what } ({ $by }), 변화 없음
shop-retry = 다시 시도
shop-refund = 환불
refund-title = { $amount } 환불
refund-title-changes = { $amount } 환불 · 수정본 { $changes }개도 끝나요
refund-reason = 손님에게 보여 줄 사유
refund-example = 죄송해요. 만족스러운 곡을 만들지 못했어요.
pause-title = 새 주문을 멈췄어요
resume-title = 상점을 다시 열었어요
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
journal-correctionasked = 손보기 요청
journal-corrected = 손봄
journal-notcorrected = 손볼 수 없음
journal-letter = 메시지 작성
journal-lettersent = 메시지 전달
journal-mastered = 파일 완성
journal-certified = 라이선스 발급
journal-handedover = 전달 완료
journal-wayclosed = 전달할 수 없는 경로
journal-mailasked = 이메일로 요청
journal-licenseenamed = 증서 이름 변경
journal-refundasked = 환불 요청
journal-sourcereturned = 원곡 주문이 취소·환불됨
journal-papersent = 계약 내용 보냄
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
setup-welcome = 이제 상점을 열어 볼게요. 답은 하나씩 확인한 다음 { $file }에 저장하고, Enter를 누르면 대괄호 안의 값을 그대로 씁니다. 토큰과 키는 붙여 넣어도 화면에 보이지 않아요.
setup-ended = 질문이 끝나기 전에 입력이 끊겼어요. 지금까지 확인한 내용은 저장했으니 `bgm setup`을 다시 실행해 주세요.
setup-enter-again = 다시 확인하려면 Enter를 누르세요
setup-not-listed = “{ $value }”은(는) 목록에 없어요. 목록의 번호나 이름을 입력해 주세요.
setup-discord-token = Discord 봇 토큰 (Developer Portal → 애플리케이션 → Bot → Reset Token, Discord를 쓰지 않으면 Enter)
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
setup-discord-later = Discord는 열지 않을게요. 필요하면 `bgm setup`을 다시 실행하세요.
setup-telegram-token = Telegram 봇 토큰(@BotFather 에게 /newbot, Telegram을 쓰지 않으면 Enter)
setup-telegram-token-keep = Telegram 봇 토큰(파일에 있는 것을 그대로 쓰려면 Enter)
setup-telegram-later = Telegram은 열지 않을게요. 필요하면 `bgm setup`을 다시 실행하세요.
setup-telegram-hello = { $name } 봇을 확인했어요.
setup-telegram-advice = Telegram 어디에서 듣고 승인할까요? 비공개 그룹을 만들어 { $name } 봇을 관리자로 넣고 그 안에 /start 를 적거나, { $name } 봇에게 직접 /start 를 보내 그 채팅을 쓰세요.
setup-telegram-chat = 목록의 번호 또는 채팅 ID(다시 보려면 Enter, Discord에서만 승인하려면 -)
setup-telegram-chat-good = 심사 카드는 { $name } 채팅에 올라와요.
setup-telegram-operator = 주문을 승인할 사람의 Telegram 사용자 ID(여럿이면 쉼표로 구분)
setup-telegram-operator-wrong = “{ $value }”은(는) Telegram 사용자 ID가 아니에요. 숫자로 되어 있고 @userinfobot 이 알려 줘요.
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
checkup-engine = { $engine } 엔진으로 작곡할 준비가 되었습니다.
checkup-engine-hours = 엔진은 { $hours }에만 일하는데, 주문은 결제 후 { $within }시간 안에 작곡되어야 합니다. 더 오래 기다리면 환불됩니다.
checkup-engine-hours-remedy = shop.toml의 [times] compose를 늘리거나 엔진이 일하는 시간을 늘려 주세요.
checkup-engine-elsewhere = 이 컴퓨터는 작곡하지 않습니다(compose = false). 다른 컴퓨터에서 bgm worker를 실행해야 합니다.
checkup-ffmpeg = ffmpeg가 없어서 M4A 파일은 만들 수 없어요.
checkup-retention = 보관 기간이 지난 파일: 주문 { $orders }건의 파일 { $files }개({ $mebibytes } MiB)를 다음 밤에 지워요. shop.toml의 [retention]에서 바꿀 수 있어요.
checkup-mail = 메일 서버 { $server }에 로그인했어요. 보내는 사람: { $sender }
checkup-mail-bad = 메일 서버 { $server }를 쓸 수 없어요: { $error }
checkup-mail-bad-remedy = SMTP_URL의 주소·사용자·비밀번호를 확인하세요. 이메일을 쓰지 않으려면 SMTP_URL을 지우면 돼요.
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
checkup-doorway = 열린 창구가 없어요. DISCORD_TOKEN도 TELEGRAM_TOKEN도 없습니다.
checkup-doorway-remedy = `bgm setup`을 실행하거나 Discord나 Telegram 봇의 토큰을 적어 주세요.
checkup-discord = Discord에서 상점 이름은 { $name }입니다.
checkup-discord-away = Discord가 응답하지 않아요: { $error }
checkup-discord-away-remedy = 인터넷 연결과 DISCORD_API_BASE를 확인하고 다시 실행해 주세요.
checkup-discord-refused = Discord가 거절했어요: { $error }
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
checkup-channel-public = 검수 채널 #{ $name }을(를) 서버의 모든 사람이 볼 수 있어요. 아직 승인하지 않은 곡과 구매자의 요청이 공개됩니다.
checkup-channel-public-remedy = 채널 → 편집 → 권한에서 '비공개 채널'을 켜고(@everyone의 '채널 보기' 끄기) 봇과 본인만 추가해 주세요.
checkup-permissions = 검수 채널에서 봇에 없는 권한: { $permissions }.
checkup-permissions-remedy = 채널 → 편집 → 권한 → 봇 역할에서 이 권한만 허용해 주세요.
checkup-telegram = Telegram에서 상점은 { $name } 이에요.
checkup-telegram-away = Telegram이 응답하지 않아요: { $error }
checkup-telegram-away-remedy = 인터넷 연결과 TELEGRAM_API_BASE를 확인하고 다시 해 보세요.
checkup-telegram-refused = Telegram이 거절했어요: { $error }
checkup-telegram-refused-remedy = @BotFather 에게 토큰을 다시 받아(/token) `bgm setup`을 실행하세요. 테스트 환경의 토큰이라면 TELEGRAM_TEST=true 가 필요해요.
checkup-telegram-stripe = Telegram 손님이 Stripe로 결제해요. Telegram은 디지털 상품을 별(Stars)로만 팔게 하며, 다른 결제를 받는 봇을 막을 수 있어요.
checkup-telegram-stripe-remedy = 직접 결정할 일이에요. shop.toml의 [telegram]에서 pay = "stars"로 두면 Telegram 규칙에 맞아요.
checkup-telegram-webhook = Telegram이 { $address } 주소로 소식을 보내야 하는데 https 주소로만 보내요.
checkup-telegram-webhook-remedy = PUBLIC_URL을 https 주소로 정하거나 shop.toml의 [telegram]에서 webhook = false로 두세요.
checkup-stars-unpriced = Telegram 별(Stars) 가격이 없어요.
checkup-stars-unpriced-remedy = prices.toml에 [stars] 또는 [currencies.XTR]을 넣으세요.
checkup-stars-only = 주문은 Telegram 별(Stars)로 결제해요.
checkup-chat-unset = TELEGRAM_REVIEW_CHAT_ID가 비어 있어 아무도 곡을 들을 수 없어요.
checkup-chat-unset-remedy = `bgm setup`을 실행하세요. 봇에게 글을 쓴 채팅을 찾아 줘요.
checkup-chat = { $error }
checkup-chat-remedy = 심사 채팅에 봇을 초대하거나 `bgm setup`에서 다른 채팅을 고르세요.
checkup-chat-rights = 봇이 { $name } 채팅에 글을 쓸 수 없어요.
checkup-chat-rights-remedy = 글을 올릴 수 있는 관리자로 지정하세요.
checkup-chat-public = 검수하는 채팅 { $name }은(는) 공개되어 있어요. 누구나 곡을 듣고 구매자의 요청을 읽을 수 있습니다.
checkup-chat-public-remedy = Telegram에서 편집 → 그룹 유형(채널 유형)을 '비공개'로 바꾸거나, `bgm setup`에서 다른 채팅을 골라 주세요.
checkup-chat-good = 상점이 { $name } 채팅에 글을 쓸 수 있어요.
checkup-chat-good-remedy = 봇을 관리자로 지정하세요. 그래야 버튼과 답장뿐 아니라 반응과 모든 글을 들을 수 있어요.
checkup-stripe = Stripe 키가 확인됐습니다.
checkup-stripe-unset = STRIPE_SECRET_KEY가 없어 결제를 받을 수 없어요.
checkup-stripe-unset-remedy = `bgm setup`을 실행해 주세요. 제한된 키로 충분하며, 필요한 권한은 docs/going-live.md에 있습니다.
checkup-stripe-away = Stripe가 응답하지 않아요: { $error }
checkup-stripe-away-remedy = 인터넷 연결과 STRIPE_API_BASE를 확인하고 다시 실행해 주세요.
checkup-stripe-refused = 이 Stripe 키는 쓸 수 없어요: { $error }
checkup-stripe-refused-remedy = dashboard.stripe.com/apikeys에서 키를 만들어 주세요. 테스트 키라면 --test로 시작하세요.
checkup-webhook = STRIPE_WEBHOOK_SECRET이 없어서 몇 초마다 Stripe에 물어 결제를 확인합니다.
checkup-webhook-remedy = 하실 일은 없습니다. 공개 https 주소가 있다면 웹훅이 더 빠릅니다.

# bgm demo
demo-opening = 상점과 그 주변 세상을 열고 있어요
demo-unopened =
    상점이 열리지 않았어요. 기록은 { $log }에 있고, 끝부분은 이렇습니다:
    { $tail }
demo-closed =
    상점이 저절로 닫혔어요. 기록은 { $log }에 있고, 끝부분은 이렇습니다:
    { $tail }
demo-open = 상점이 열렸어요: { $page }
    왼쪽에서는 구매자, 오른쪽에서는 운영자가 되어 보세요. 위에서 Discord와 Telegram을 바꿀 수 있어요. Ctrl+C를 누르면 모두 닫힙니다.

# bgm backup and bgm restore
error-no-shop = 아직 상점이 없어 백업할 것이 없어요: { $place }. 상점의 .env가 있는 폴더에서 실행하거나 BGM_DATA 또는 DATABASE_URL을 설정해 주세요.
error-no-folder = { $folder } 폴더가 없어요. 먼저 만들어 주세요.
error-no-backup = { $file }은(는) 이 상점의 백업이 아니에요.
error-backup-objects = { $file }에 적힌 파일 중 { $count }개가 { $folder }에 없거나 손상됐어요(예: { $key }). 아무것도 바꾸지 않았어요. 백업을 만든 곳에서 그 폴더를 복사해 오거나 더 오래된 백업을 사용해 주세요.
error-backup-version = { $file }은(는) 다른 버전의 상점이 만든 백업이에요. 그 버전으로 복원한 뒤 업데이트해 주세요.
error-restore-over = 이미 주문이 { $count }건 있어요. { $file }로 바꾸려면 --force를 붙여 주세요.

# bgm ledger
ledger-title = { $since }부터 한 달
ledger-payment = 결제
ledger-tax = 결제에 든 세금 (환불된 몫은 뺐어요)
ledger-fee = 결제 수수료
ledger-refund = 환불
ledger-refund-failed = 도착하지 않아 돌아온 환불
ledger-dispute = 이의 제기로 빠져나간 금액
ledger-dispute-won = 이의에서 이겨 돌아온 금액
ledger-net = 남은 금액
ledger-empty = { $since }부터 한 달 동안 오간 돈이 없어요.
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
order-draft = 라이선스가 없는 초안이에요. { $engine } 음악은 판매할 수 없어요({ $licence }).
order-failed = 음악을 만들지 못했어요: { $why }
order-column-take = 테이크
order-column-rank = 순위
order-column-music = 템포와 조
order-column-level = 레벨
order-column-why = 이유와 미리듣기
order-ask = 어느 테이크로 할까요? ({ $takes }, 새로 만들려면 r)
engines-name = 엔진
engines-pull-stopped = 멈췄어요. 같은 명령을 다시 실행하면 아직 없는 파일부터 이어서 받아요.
engines-hub-away = 모델 허브에 연결할 수 없어요({ $why }). 네트워크를 확인해 주세요. 네트워크가 없다면 폴더를 옮겨 오세요: bgm engines pull 이름 --from 폴더
engines-hub-refuses = 모델 허브가 이 가중치를 내주지 않아요: { $why } 접근이 제한된 모델은 모델 페이지에서 동의하고 HF_TOKEN에 액세스 토큰을 넣어야 해요.
engines-not-copied = 가중치를 저장하지 못했어요: { $why }
engines-disk-full = 디스크가 가득 찼어요. 쓰던 엔진은 그대로예요. 공간을 비우고 같은 명령을 다시 실행해 주세요.
engines-no-room = 가중치를 둘 공간이 모자라요. { $needed } GiB가 필요한데 { $free } GiB가 남아 있어요. 바뀐 것은 없어요.
engines-damaged = { $file } 파일이 손상되었어요. 제공자가 알린 파일과 달라요. 바뀐 것은 없으니 같은 명령으로 다시 받아 주세요.
engines-lacks = { $folder } 폴더가 완전하지 않아요. { $file } 파일이 없어요. 다시 복사해 주세요.
engines-no-folder = { $folder } 폴더가 없어요.
engines-other-form = { $repository }에는 이 프로그램이 읽는 형식({ $file })의 가중치가 없어요. 아무것도 받지 않았어요. docs/engines.md에 적힌 대로 한 번 변환한 다음 bgm engines pull { $engine } --from 폴더 로 가져오세요.
engines-other-model = { $folder } 폴더에는 { $engine } 모델이 아니라 다른 모델({ $found })이 들어 있어요.
engines-no-weights = 이 컴퓨터에 { $engine } 가중치가 없어요. 받기: bgm engines pull { $engine } (또는 --from 폴더). 다른 컴퓨터가 작곡한다면 이 컴퓨터의 shop.toml [work]에 compose = false를 적어 주세요.
engines-not-accepted = { $engine } 음악은 조건({ $licence })에 동의해야 판매할 수 있는데, 아직 동의하지 않았어요. 읽고 동의하기: bgm engines accept { $engine }
engines-not-for-sale = { $engine } 음악은 판매할 수 없어서({ $licence }) 이 엔진으로는 가게를 열 수 없어요. BGM_ENGINE을 다음 중 하나로 바꿔 주세요: { $others }. 혼자 쓸 초안은 bgm order로 만들 수 있어요.
engines-unknown = “{ $engine }” 엔진은 없어요. 쓸 수 있는 엔진: { $known }
engines-sells = 판매
engines-rights = 프로그램: { $code }. 가중치: { $weights }, { $source }
engines-trained = 학습 자료: { $data }
engines-condition-musicgen = 가중치는 비상업용이에요. 팔지 않는 초안과 샘플에만 쓸 수 있어요.
engines-condition-stable-audio-3 = 연 매출이 1,000,000 USD 미만이고, Stability AI에 상업적 이용을 등록했으며, 음악을 파는 곳에 “Powered by Stability AI”를 표시하면 이 음악을 판매할 수 있어요.
engines-lengths = 길이
engines-length = { $shortest }-{ $longest }초
engines-can = 새 음악 외에 할 수 있는 일: { $traits }
engines-can-tempo = 템포 지정
engines-can-melody = 멜로디 따라가기
engines-can-repaint = 일부만 다시
engines-can-vary = 변주
engines-can-extend = 길게 이어 가기
engines-sells-yes = 가능
engines-sells-conditional = 조건부
engines-sells-no = 불가
engines-here = 이 컴퓨터
engines-needs-either = GPU { $gpu }GiB 또는 CPU { $cpu }GiB
engines-needs-gpu = GPU { $gpu }GiB
engines-needs-nothing = -
engines-needs = 메모리
engines-speed = 여기서 잰 속도
engines-speed-unknown = 아직 주문 없음
engines-speed-is = 1분짜리 주문에 { $span } ({ $device }, 잰 주문 { $orders }건)
engines-here-yes = 사용 가능 { $model }
engines-here-slowly = 사용 가능, CPU라서 느려요 { $model }
engines-here-no-extra = 소프트웨어 추가 필요 (아래)
engines-here-no-weights = 가중치 없음: bgm engines pull { $engine }
engines-here-other-model = { $folder }에 다른 모델({ $found })이 있음
engines-here-no-model = { $folder }에 모델 없음
engines-here-no-gpu = 메모리 { $needed }GiB 이상의 GPU 필요
engines-here-no-memory = 메모리 { $needed }GiB 필요, 현재 { $found }GiB
engines-no-weights-needed = { $engine } 엔진은 가중치가 필요 없어요. 바로 쓸 수 있어요.
engines-pulled = { $engine } 가중치를 받아 모든 파일을 확인했어요: { $folder }
engines-next-try = 손님보다 먼저 들어 보세요: BGM_ENGINE={ $engine } bgm order --mood { $mood } --seconds 30 --out trial
engines-next-accept = 유료 주문을 받기 전에: bgm engines accept { $engine }
engines-accept-yes = { $engine } 음악은 조건 없이 판매할 수 있어요. 동의할 내용이 없어요.
engines-accept-no = { $engine } 음악은 판매할 수 없어요. 동의로 바뀌지 않아요.
engines-accept-ask = 이 조건을 상점에 적용하는 데 동의하나요? (예/아니요)
engines-accept-not = 기록하지 않았어요.
engines-accepted = 기록했어요. 이제 { $engine } 엔진으로 유료 주문을 받을 수 있어요.

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
told-queued-free = 주문을 받았어요. 대기 순서는 { $position }번째예요.
told-hours = 약 { $hours }시간 뒤에 곡이 나와요.
told-minutes = 약 { $minutes }분 뒤에 곡이 나와요.
told-composing = 결제를 확인했어요. 지금 곡을 만들고 있어요.
told-composing-free = 주문을 받았어요. 지금 곡을 만들고 있어요.
told-composing-again = 더 어울리는 곡을 드리려고 새로 만들고 있어요.
told-reviewing = 곡이 나왔어요. 담당자가 직접 들어 보고 가장 어울리는 곡을 고르고 있어요.
told-packing = 곡이 정해졌어요. 마스터 파일과 이용 허락 증서를 준비하고 있어요.
told-delivering = 포장이 끝났어요. 곧 보내 드려요.
told-held = 음악은 준비됐어요. 은행이 이 결제를 확인하고 있어서, 확인이 끝나면 바로 보내 드려요.
told-delivered = 음악을 보내 드렸어요. 즐겁게 써 주세요!
told-delivered-here = 음악이 준비됐어요. 아래 버튼으로 받아 주세요.
told-withdrawn = 계약을 철회하셨어요. { $amount } 전액을 돌려 드리고 있어요.
told-refunding = 이번 주문은 마무리하지 못했어요. 죄송합니다. { $amount } 전액을 돌려드리는 중이에요.
told-returning = 주문이 취소되고 이용 허락도 함께 끝나요. { $amount } 전액을 돌려드리는 중이에요.
told-source-returned = 이 수정본의 원곡인 주문 { $source }이(가) 취소되어, 수정본과 이용 허락도 함께 끝났어요. 결제된 금액은 없어요.
told-source-returning = 이 수정본의 원곡인 주문 { $source }이(가) 취소되어, 수정본과 이용 허락도 함께 끝나요. { $amount } 전액을 돌려드리는 중이에요.
told-refunded = { $amount } 전액을 돌려드렸어요. 카드사에 따라 며칠 뒤에 보일 수 있어요.
told-licence-ended = 이용 허락도 함께 끝났어요. 이미 공개하신 작품에서는 음악을 빼거나 바꿔 주세요.
told-source-gone = 이 수정본의 원곡인 주문 { $source }이(가) 취소되었어요.
told-charged-back = 은행이 { $amount } 결제를 되돌려 드렸어요. 이 주문의 이용 허락은 끝났어요.
told-cancelled = 주문이 취소됐어요. 결제된 금액은 없어요.
told-cancelled-free = 이 주문은 완료하지 못했어요. 결제된 금액은 없고, 무료 수정으로 요청하셨다면 그 횟수는 다시 쓰실 수 있어요.
told-cancelled-bank = 주문이 취소됐어요. 은행에서 결제가 늦게 확인되면 전액 자동으로 돌려드려요.
told-bank-refused = 은행에서 결제가 승인되지 않아 주문이 취소됐어요. 결제된 금액은 없어요.
told-second-payment = 중복 결제
told-part = 지금까지 돌려드린 금액
told-part-returned = { $paid } 중 { $amount }
told-returned = { $amount } 돌려드림
told-credit-back = { $amount } 다시 쓰실 수 있어요
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
parcel-claim = 주문하신 음악이 준비됐어요. DM을 보낼 수 없어 여기에 남겨요. 아래 버튼을 누르면 나만 볼 수 있게 받을 수 있어요(/orders로도 받을 수 있어요).
parcel-claim-button = 내 음악 받기
mail-why = 주문 { $number } 때문에 보낸 메일이에요. 채팅에서 이메일로 받겠다고 하셨어요. 이 주소로는 다른 메일을 보내지 않아요.
mail-title = 이메일로 받기
mail-address = 이메일 주소 (비우면 저장된 주소를 지워요)
mail-sent = { $address } 주소로 보내고 있어요. 몇 분 뒤에도 없으면 스팸함을 확인해 주세요. 도착하지 못하면 여기로 알려 드려요.
mail-other = 다른 주소로
mail-forgotten = 저장된 이메일 주소를 지웠어요.
error-mail-address = ‘{ $value }’은(는) 이메일 주소가 아니에요. name@example.com처럼 적어 주세요.
kit-title = 저작권 이의 대응 자료
kit-text = 증서 { $number }와 서명된 기록, 음향 지문, 플랫폼마다 보낼 글이 들어 있어요. 아래에서 플랫폼을 고르면 누를 곳과 글을 바로 보여 드려요.
kit-choose = 어디에서 이의가 들어왔나요?
kit-for = { $platform }에 보낼 글
licensee-title = 증서에 적을 이름
licensee-name = 이름·상호·채널 이름
licensee-example = 예: 느린오후 채널
licensee-kept = 증서에 ‘{ $name }’(으)로 적을게요.
licensee-anew = ‘{ $name }’ 이름으로 증서를 다시 발급하고 있어요. 곧 새 번호의 증서를 내려받기 페이지와 /orders에서 받을 수 있고, 이전 번호를 확인하는 사람에게는 새 번호가 안내돼요.
error-licensee-often = 증서는 세 번까지 다시 발급할 수 있어요. 더 바꾸려면 상점에 문의해 주세요.
error-licensee-now = 지금은 이름을 바꿀 수 없어요. 이미 그 이름이거나, 음악을 포장하고 있는 중이에요. 잠시 뒤에 다시 해 주세요.
error-nothing-to-hand-out = 이 주문에서 드릴 수 있는 파일이 지금은 없어요.
told-mail-closed = 이메일로는 보내지 못했어요. 주소를 확인하고 다시 눌러 주세요.
told-mail-sent = 이메일로도 보냈어요.
told-reissued = 증서를 새 이름으로 다시 발급했어요. 번호: { $number }

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
web-format-m4a = M4A · AAC, 휴대폰과 영상 편집용
web-format-pdf = 이용 허락 증서
web-format-stems = 스템 · 악기마다 WAV 한 개(ZIP)
web-format-mid = MIDI · 악보 데이터
web-qr = 휴대전화로 찍으면 증서를 확인할 수 있어요.
web-kit-text = 플랫폼에서 저작권 이의가 들어오거나 소리가 꺼지면, 아래 자료를 받아 플랫폼별 글을 그대로 붙여 넣으세요.
web-kit-button = 이의 대응 자료 내려받기 (ZIP)
web-link-until = 이 링크는 { $until }까지 열려 있어요. 그 뒤에는 채팅에서 /orders 를 입력하면 새 링크를 드려요.
web-link-private = 링크를 아는 사람은 누구나 파일을 받을 수 있어요. 공개된 곳에 올리지 마세요.
web-expired-title = 링크의 기한이 지났어요
web-expired-text = 음악은 그대로 보관되어 있어요. 주문한 채팅에서 /orders 를 입력하면 새 링크를 바로 받을 수 있어요.
web-uncertified-title = 이 상점에서 발급한 증서가 아니에요
web-uncertified-text = 번호를 증서와 한 글자씩 견주어 보세요. 번호가 맞다면 이곳에서 발급한 증서가 아니에요. /verify 에서 음악 파일이나 증서를 직접 올려 확인할 수도 있어요.
web-missing-title = 이런 페이지는 없어요
web-missing-text = 주소가 잘렸거나 잘못 적혔을 수 있어요. 채팅에서 받은 링크를 다시 열어 주세요. /orders 를 입력하면 새로 받을 수도 있어요.
web-withdrawn-title = 취소·환불된 주문이에요
web-withdrawn-text = 이용 허락이 끝나 파일은 더 이상 받을 수 없어요. 결제하신 금액은 돌려드려요.
web-unready-title = 아직 준비 중이에요
web-unready-text = 음악이 완성되면 이 페이지에서 받을 수 있어요. 이 페이지는 저절로 새로 고쳐져요.
web-busy-title = 잠시 뒤에 다시 열어 주세요
web-busy-text = 짧은 시간에 너무 많은 요청이 있었어요.
web-failed-title = 문제가 생겼어요
web-failed-text = 저희 쪽 문제예요. 잠시 뒤에 다시 시도해 주세요.
web-pay-transfer-title = 계좌 이체로 결제해 주세요
web-pay-transfer-text = 계좌와 금액, 통장 표시는 상점과의 대화에 있어요. 채팅에서 /orders를 입력해 주세요.
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
web-home-telegram = Telegram에서 주문하기
web-home-discord = Discord에서 주문하기
web-home-where = 주문은 채팅에서 해요. 이 상점을 만난 채팅에서 /bgm을 입력해 주세요.
web-home-how = 이렇게 진행돼요
web-home-proof = 저작권 이의가 들어왔나요?
web-home-proof-text = 모든 곡에는 서명된 증서가 있어요. 플랫폼이나 의뢰인이 확인하고 싶을 때는 여기에서 증서 번호나 파일을 바로 확인할 수 있어요.
web-link-verify = 증서 확인
web-link-terms = 이용 약관
web-link-privacy = 개인정보 안내
web-shop-footer = { $shop } · AI로 만든 배경음악
web-verify-title = 증서 확인
web-verify-text = 증서에 적힌 번호를 입력하면 이 상점에서 발급한 것인지, 지금도 유효한지 알려 드려요.
web-verify-button = 확인하기
web-verify-key = 서명 공개 키 (Ed25519)
web-verify-key-text = 증서 PDF에 첨부된 licence.json은 이 키로 서명되어 있어요. 인터넷 없이도 확인할 수 있어요.
web-verify-stands = 이 상점에서 발급했고, 지금도 유효해요.
web-verify-ended = 이 상점에서 발급했지만, 주문이 취소·환불되어 효력이 끝났어요.
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
proof-paper-same = 이 PDF는 발급된 증서와 한 바이트도 다르지 않습니다.
proof-paper-other = 이 PDF는 발급된 파일이 아닙니다. 안에 든 서명된 기록과 화면에 보이는 내용이 다를 수 있어요. 이곳의 증서 페이지에 나오는 내용이 기준입니다.
proof-manifest-none = 파일 안에 출처 기록(C2PA)이 없습니다. 다시 인코딩하거나 편집하면 없어집니다.
proof-manifest-trusted = 파일 안의 출처 기록(C2PA)은 이 상점이 서명했고, 파일은 그 뒤로 바뀌지 않았습니다.
proof-manifest-valid = 파일은 출처 기록(C2PA)에 서명한 뒤로 바뀌지 않았습니다. 서명한 사람이 누구인지는 여기서 확인되지 않습니다.
proof-manifest-invalid = 파일 안의 출처 기록(C2PA)이 맞지 않습니다. 서명한 뒤에 파일이 바뀌었습니다.
proof-mark-heard = 음악 안에서 이 상점의 들리지 않는 표시를 찾았습니다: 이 상점이 만든 음악입니다 (점수 { $score }, 기준 { $needed }).
proof-mark-none = 이 상점의 들리지 않는 표시를 찾지 못했습니다 (점수 { $score }, 기준 { $needed }). 10초보다 짧거나 크게 바뀐 음악에서는 찾지 못할 수 있습니다.
proof-mark-unplayable = 이 파일의 소리를 열 수 없어 들리지 않는 표시는 확인하지 못했습니다.
proof-mark-m4a = 이 기기에서는 M4A의 소리를 열 수 없어 들리지 않는 표시는 확인하지 못했고, 나머지는 모두 확인했습니다. 표시는 같은 음악의 WAV, FLAC, MP3 파일이나 ffmpeg가 설치된 기기에서 확인할 수 있습니다.
proof-names-certificate = 파일에 증서 번호 { $number }가 적혀 있지만, 비교할 증서가 없습니다. --certificate 로 증서 PDF를 함께 주세요.
proof-no-certificate = 파일에 적힌 증서 번호가 없고, 비교할 증서도 없습니다.
proof-file-same = 이 파일은 증서에 적힌 { $name } 파일과 완전히 같습니다 (SHA-256).
proof-file-other = 이 파일은 증서에 적힌 어느 파일과도 같지 않습니다. 다시 인코딩하거나 편집한 파일도 이렇게 나옵니다.
proof-ended = 주문이 취소·환불되어 이 증서의 효력이 끝났습니다.
proof-unknown = 파일에 적힌 증서 { $number }는 이 상점에서 발급한 적이 없습니다.
proof-unlisted = 증서 { $number }는 이 상점의 주문 장부에 없습니다. 터미널(bgm order)에서 만든 곡이거나, 장부를 예전 백업에서 되살린 경우입니다.
proof-replaced = 이 증서는 새 이름으로 다시 발급되었습니다. 지금 유효한 번호: { $number }
proof-sounds-duplicate = 이 상점이 판매한 곡과 같은 곡으로 들립니다 ({ $percent } % 일치, 증서 { $number }). 소리를 비교한 결과이며, 파일이 같다는 뜻은 아닙니다.
proof-sounds-sibling = 이 상점이 판매한 곡과 닮았습니다 ({ $percent } % 일치). 같은 곡이라는 증거는 되지 못합니다.
error-verify-nothing = 증서 번호를 적거나 파일을 첨부해 주세요.
error-verify-kind = 이 종류의 파일은 확인할 수 없어요. 확인할 수 있는 것: { $kinds }, .pdf, .json
error-verify-large = 파일이 너무 커요. { $mebibytes } MiB까지 확인할 수 있어요.
web-verify-replaced = 이 증서는 새 이름으로 다시 발급되었어요. 지금 유효한 번호:
web-verify-upload-title = 파일 확인하기
web-verify-upload-text = 번호를 몰라도 돼요. 음악 파일이나 증서를 올리면 출처 기록, 들리지 않는 표시, 음향 지문, 서명을 살펴보고 무엇이 증명되고 무엇이 아닌지 알려 드려요. 다시 인코딩하거나 자른 파일도 됩니다. 파일은 확인한 뒤 바로 지워요.
web-verify-upload-limit = { $mebibytes } MiB까지, 음악은 앞에서부터 { $minutes }분까지 살펴봐요.
web-verify-upload-button = 올려서 확인
web-verify-upload-working = 보내고 들어 보는 중…
web-verify-result-title = 파일에서 알아낸 것
web-verify-result-proven = 이 상점의 음악이라는 것이 증명되었어요.
web-verify-result-open = 증명된 것이 없어요. 이 상점의 음악이 아니라는 뜻은 아니에요.
web-verify-result-against = 맞지 않는 것이 있어요. 아래를 확인하세요.
web-verify-result-limits = 표시와 지문은 이 상점이 만든 소리라는 것을 말해 줄 뿐, 누구에게 이용이 허락되었는지는 증서가 말해 줍니다. 표시가 없다고 해서 사람이 만든 음악이라는 뜻도 아닙니다. 표시를 잘못 알아볼 가능성은 측정했어요: 표시 없는 음악 { $trials }번의 시험에서 가장 높은 점수는 { $highest }, 기준은 { $needed }입니다.
web-verify-certificate-open = 증서 { $number } 보기
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
check-unwanted = 빼 달라고 한 것이 있는데, 이 엔진에는 부탁만 할 수 있어요. 들리지 않는지 확인해 주세요.
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
correction-did-trim = { $end ->
    [0] 앞에서 { $start }초를 잘랐어요.
   *[other] { $start ->
        [0] 끝에서 { $end }초를 잘랐어요.
       *[other] 앞에서 { $start }초, 끝에서 { $end }초를 잘랐어요.
    }
 }
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
error-format-ffmpeg = M4A 파일을 만들려면 상점 컴퓨터에 ffmpeg이 있어야 해요.
error-correction-range = { $name } 값으로 { $value }은(는) 쓸 수 없어요. { $low }에서 { $high }까지 가능해요.
error-correction-unreadable = 손본 내용을 읽을 수 없어요.
error-correction-unknown = { $value }(이)라는 손보기는 없어요.
error-correction-stem = 이 곡에는 따로 조절할 { $value } 파트가 없어요.
error-correction-trim = 그만큼 자르면 남는 소리가 없어요.
error-correction-nothing = 지금은 그렇게 손볼 것이 없어요.
error-correction-failed = 손보지 못했어요. 곡은 그 전 그대로예요.

# 운영자가 분위기와 스타일을 두루 들어 보는 페이지 (bgm listen)
listen-title = 모든 분위기, 모든 스타일
listen-about = 재생을 누르면 다음 곡까지 이어서 들려 드려요. 플레이어 아래 그림은 그 곡의 악보예요.

# 잘못된 설정. $file, $key와 변수 이름은 파일에 적힌 그대로 둡니다.
problem-operators = OPERATOR_IDS: 주문을 승인할 사람이 없어요. 내 사용자 ID를 적어 주세요. 예: discord:123456789
problem-port = HTTP_PORT: { $place }에서 상점을 열 수 없어요: { $reason }. 다른 포트를 골라 주세요.
problem-demo-port = --host, --port: { $place } 주소를 쓸 수 없어요: { $reason }. 다른 것을 적거나 빼 주세요.
problem-no-doorway = DISCORD_TOKEN, TELEGRAM_TOKEN: 열린 채팅이 없어요. "bgm setup"을 실행하거나 봇 토큰을 적어 주세요.
problem-webhook-address = PUBLIC_URL: telegram.webhook = true (shop.toml)로 쓰려면 https 주소가 필요해요.
problem-review-place = shop.toml: review.place = "{ $place }"인데, 그 채팅에는 검수하는 곳이 없어요.
problem-review-channel = DISCORD_REVIEW_CHANNEL_ID: 곡을 들을 사람이 없어요. "bgm setup"을 실행하면 채널을 찾아 줍니다.
problem-review-chat = TELEGRAM_REVIEW_CHAT_ID: 곡을 들을 사람이 없어요. "bgm setup"을 실행하면 채팅을 찾아 줍니다.
problem-no-stars = prices.toml: Stars 가격이 없어요. [stars] 또는 [currencies.XTR]을 추가해 주세요.
problem-bank-currency = shop.toml: [payments.bank]는 { $bank }로 받는데 prices.toml은 { $others }로도 팔고 있어요. STRIPE_SECRET_KEY를 적거나 한 통화로만 팔아 주세요.
problem-no-stripe = STRIPE_SECRET_KEY: 주문을 결제할 방법이 없어요. "bgm setup"을 실행하거나 키를 적어 주세요.
problem-stripe-key = STRIPE_SECRET_KEY가 비밀 키가 아니에요. rk_live_…(또는 sk_live_…), 시험용은 …_test_… 형태여야 합니다.
problem-stripe-publishable = STRIPE_SECRET_KEY에 공개 키(pk_…)가 들어 있어요. 이 키로는 결제를 받을 수 없습니다. 그 옆의 비밀 키나 제한된 키를 넣어 주세요: rk_live_…(또는 sk_live_…), 시험용은 …_test_….
problem-stripe-swapped = STRIPE_SECRET_KEY에 웹훅 서명 비밀값(whsec_…)이 들어 있어요. 그 값은 STRIPE_WEBHOOK_SECRET에 넣고, 여기에는 rk_live_…(또는 sk_live_…), 시험용은 …_test_… 키를 넣어 주세요.
problem-stripe-live = STRIPE_API_BASE가 { $base }인데 키는 실제 결제용이에요. 실제 키는 { $api }에만 쓸 수 있습니다.
problem-stripe-test = STRIPE_SECRET_KEY가 시험용 키라서 실제로는 결제되지 않아요. 실제 키를 쓰거나 --test로 실행해 주세요.
problem-stripe-plain = STRIPE_API_BASE가 { $base }예요. 이 컴퓨터 안이 아니라면 키는 https로만 보낼 수 있습니다.
problem-webhook-secret = STRIPE_WEBHOOK_SECRET이 서명 비밀값이 아니에요. Stripe의 웹훅 화면에 보이는 whsec_… 값을 넣어 주세요.
problem-data = BGM_DATA: { $folder } 폴더에 쓸 수 없어요: { $reason }. 다른 폴더를 고르거나 쓰기 권한을 주세요.
problem-media = { $name }: { $folder } 폴더에 쓸 수 없어요: { $reason }. 다른 폴더를 고르거나 쓰기 권한을 주세요.
problem-discord-token = DISCORD_TOKEN: Discord가 모르는 토큰이에요. Developer Portal에서 새 토큰을 만들고(Bot → Reset Token) "bgm setup"을 실행해 주세요.
problem-telegram-token = TELEGRAM_TOKEN: Telegram이 모르는 토큰이에요. @BotFather에게 토큰을 물어보고(/token) "bgm setup"을 실행해 주세요. 테스트 환경의 토큰이라면 TELEGRAM_TEST=true가 필요해요.
problem-stripe-unknown = STRIPE_SECRET_KEY: Stripe가 모르는 키예요. dashboard.stripe.com/apikeys에서 키를 만들고 "bgm setup"을 실행해 주세요.
problem-open = BGM_DATA: { $folder }에서 이미 다른 상점이 열려 있어요. 먼저 닫거나 다른 폴더를 골라 주세요.
problem-soundfont = shop.toml: work.soundfont = "{ $name }": { $folder } 안에 그런 파일이 없어요.
problem-known-works = shop.toml: likeness.known_works = "{ $name }": { $folder } 안에 그런 폴더가 없어요.
problem-variable = { $name }: { $reason } (환경 변수 또는 .env)
problem-config-folder = BGM_CONFIG: { $folder } 폴더가 없어요. 만들거나 변수를 빼 주세요.
problem-unreadable = { $file }: 읽을 수 없어요: { $reason }.
problem-toml = { $file }: 올바른 TOML이 아니에요: { $error }
problem-key = { $file }: { $key }{ $value } 값이 맞지 않아요: { $reason }
problem-key-missing = { $file }: { $key } 항목이 없어요.
problem-key-unknown = { $file }: { $key }은(는) 모르는 항목이에요. 지우거나 철자를 고쳐 주세요.
problem-sentence = { $file }: 이 파일 형식의 문장이 아니에요: “{ $words }”
problem-name = { $file }: { $key }에 적힌 { $name }은(는) 없는 이름이에요. 쓸 수 있는 이름: { $known }
problem-table-missing = { $file }: [{ $table }] 항목이 없어요. { $where }에서 팔고 있는 항목입니다.
problem-chain = { $folder }: chain.pem과 key.pem은 함께 있어야 하는데 하나가 없어요.
problem-shop-key = { $file }: { $right }바이트여야 하는데 { $bytes }바이트예요. 백업에서 되살려 주세요.
problem-template = { $file }: 조판할 수 없어요: { $error }
problem-smtp = SMTP_URL: smtp://user:password@host:587?from=shop@example 또는 smtps://…:465 형태로 적어 주세요.
problem-sender = SMTP_URL: 보내는 사람 주소가 없어요. ?from=…을 붙이거나 shop.toml의 business.email을 채워 주세요.
problem-bucket = MEDIA_URL: s3://bucket/prefix?endpoint=https://…&region=… 형태로 적어 주세요(키는 AWS_ACCESS_KEY_ID와 AWS_SECRET_ACCESS_KEY에).
problem-bucket-option = MEDIA_URL: { $name }=은(는) 모르는 옵션이에요. endpoint=와 region=만 쓸 수 있습니다.
problem-bucket-endpoint = MEDIA_URL: endpoint=에는 https://s3.example 같은 주소를 적어 주세요.
problem-bucket-keys = AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: MEDIA_URL의 저장소를 쓰려면 둘 다 필요해요.
problem-bucket-extra = MEDIA_URL: 오브젝트 저장소를 쓰려면 추가 설치가 필요해요: .venv/bin/pip install -e ".[s3]"
problem-database-unreadable = DATABASE_URL을 읽을 수 없어요. sqlite:///shop.db 또는 postgresql://user:password@host/name 형태로 적어 주세요.
problem-database-kind = DATABASE_URL: “{ $kind }”은(는) 쓸 수 없어요. sqlite:///shop.db 또는 postgresql://user:password@host/name 형태로 적어 주세요.
problem-database-memory = DATABASE_URL에 파일이 없어서 아무것도 저장되지 않아요. sqlite:///shop.db 또는 postgresql://user:password@host/name 형태로 적어 주세요.
problem-database-away = DATABASE_URL: 데이터베이스를 열 수 없어요: { $error }. 주소와 비밀번호, 그리고 데이터베이스가 켜져 있는지 확인해 주세요.
problem-sandbox-live = STRIPE_SECRET_KEY: 실제 결제 키가 있으면 샌드박스를 열지 않아요. 키를 빼거나 다른 폴더에서 실행해 주세요.
reason-discord-token = 모르는 토큰이에요
reason-telegram-token = 모르는 토큰이에요
reason-no-chat = TELEGRAM_REVIEW_CHAT_ID의 채팅 { $chat }에 봇이 없어요.
reason-stripe-key = Stripe가 모르거나 취소한 키예요
reason-stripe-away = 여기서 연결할 수 없어요
reason-away = 여기서 연결할 수 없어요 ({ $why })
reason-text = 따옴표로 묶은 글자를 적어 주세요
reason-whole = 정수를 적어 주세요
reason-number = 숫자를 적어 주세요
reason-switch = true 또는 false를 적어 주세요
reason-table = 표(table)여야 해요
reason-list = [대괄호] 목록이어야 해요
reason-above = { $gt }보다 커야 해요
reason-least = { $ge } 이상이어야 해요
reason-below = { $lt }보다 작아야 해요
reason-most = { $le } 이하여야 해요
reason-short = { $min_length }자 이상이어야 해요
reason-long = { $max_length }자 이하여야 해요
reason-few = { $min_length }개 이상이어야 해요
reason-many = { $max_length }개 이하여야 해요
reason-pattern = { $pattern } 형식이 아니에요. config/의 예를 참고하세요
reason-choice = 다음 중 하나여야 해요: { $expected }
reason-other = { $message }
reason-person = “{ $value }”은(는) discord:123456789 같은 플랫폼:ID 형식이 아니에요
reason-address = “{ $value }”은(는) https://shop.example 같은 주소가 아니에요
reason-database = sqlite:///path 또는 postgresql://user:password@host/name 형태로 적어 주세요
reason-bank = manual = true로 쓰려면 [payments.bank]에 name, account, holder가 필요해요
reason-own-risk = Telegram은 디지털 상품에 Stars만 허용하고, 다른 결제를 받는 봇을 닫을 수 있어요. 그래도 하시겠다면 stripe_at_my_own_risk = true도 적어 주세요(docs/telegram.md)
reason-zone = 시간대가 아니에요. Asia/Seoul이나 Europe/Berlin처럼 적어 주세요
reason-tempo = [가장 느린 값, 가장 빠른 값] 순서로 적어 주세요
reason-bundle = { $pieces }곡을 { $pay }곡 값에 파는 건 묶음 할인이 아니에요. pay가 더 작아야 해요
reason-currency = “{ $code }”로는 팔 수 없어요. 소수점이 없거나 두 자리인 통화를 적어 주세요. 예: KRW, USD
reason-unit = { $amount }은(는) { $code } 금액이 될 수 없어요. 가장 작은 단위는 { $step }입니다
reason-no-currency = { $key } = "{ $code }"인데 [currencies.{ $code }] 표가 없어요
reason-no-standard = [tiers.{ $tier }]가 없어요. 등급을 고르지 않은 사람의 라이선스입니다
reason-placeholder = 모르는 자리 {"{"}{ $name }{"}"}. 쓸 수 있는 자리: { $known }
reason-lacks = [{ $table }]에 없는 항목: { $names }
reason-scope = [{ $table }]에 적힌 { $name }이(가) [scope]에 없어요
error-system = { $file }: 읽거나 쓸 수 없어요: { $reason }.
system-denied = 권한이 없음
system-port-taken = 다른 프로그램이 이미 쓰고 있음
system-no-address = 이 컴퓨터의 주소가 아님 (HTTP_HOST)
system-missing = 찾을 수 없음
system-no-folder = 폴더가 있어야 할 자리에 파일이 있음
system-folder = 폴더임
system-read-only = 읽기만 할 수 있음
system-full = 디스크가 가득 참
system-other = { $error }

backup-written = { $file }: 백업했어요. { $rows }행, { $mebibytes } MiB.
backup-vault = { $folder }: 파일 { $objects }개, { $mebibytes } MiB, 그중 새 파일 { $fetched } MiB.
backup-restored = { $file }: 되살렸어요. { $rows }행.

usage-missing = { $what }이(가) 빠졌어요.
usage-no-option = { $option } 옵션은 없어요.
usage-wrong-value = { $what } 값을 쓸 수 없어요: { $reason }
usage-no-verb = “{ $verb }” 명령은 없어요. 쓸 수 있는 명령: { $known }
usage-extra = 남는 말이 있어요: { $words }
usage-other = 이렇게는 쓸 수 없어요: { $reason }
usage-help = 쓸 수 있는 것 보기: { $command }

# 터미널 도움말.
cli-backup =
    상점 전체를 파일 하나로 백업합니다.

    데이터베이스, 음원, 서명 키, 설정. 상점이 열려 있어도 됩니다.
cli-backup-file = 만들 백업 파일. 예: shop.tar.gz
cli-bgm = AI로 만든 배경음악을 채팅에서 파는 1인 상점입니다.
cli-check = 빠졌거나 잘못된 것을 모두 찾아 고치는 방법과 함께 알려 줍니다.
cli-demo =
    상점 전체를 작은 가상 세계에서 써 봅니다.

    구매자와 운영자가 되어 보는 페이지를 엽니다. 실제 서비스는 건드리지 않아요.
cli-demo-browser = 브라우저로 페이지를 엽니다.
cli-demo-port = 페이지의 포트. 0이면 빈 포트를 씁니다.
cli-engines = 엔진: 팔아도 되는지, 여기서 돌아가는지, 가중치와 약관.
cli-engines-accept = 어떤 조건으로 팔 수 있는지 보여 주고 동의를 받습니다.
cli-engines-accept-name = 약관에 동의할 엔진.
cli-engines-accept-yes = 묻지 않습니다. 약관을 이미 읽었을 때.
cli-engines-pull =
    엔진의 가중치를 받아 모든 해시를 확인합니다.

    데이터 폴더에 보관합니다.
cli-engines-pull-name = musicgen, ace-step 또는 stable-audio-3.
cli-engines-pull-source = 인터넷이 없는 컴퓨터라면 가중치가 든 폴더.
cli-evidence =
    은행이 물을 때 낼 주문의 증거를 모읍니다.

    동의, 해시, 라이선스, 전달 기록.
cli-evidence-order = 주문 번호.
cli-evidence-out = 서류를 둘 폴더. 기본값: evidence-ORDER.
cli-json = 로그를 한 줄에 하나씩 JSON으로 적습니다.
cli-language = ko 또는 en. 기본값: 터미널의 언어.
cli-ledger =
    한 달 동안 들어온 돈과 남은 돈.

    결제, 수수료, 환불, 분쟁.
cli-ledger-csv = 모든 내역을 CSV로 FILE이나 터미널에 적습니다.
cli-ledger-file = --csv와 함께: 적을 파일.
cli-ledger-month = 예: 2026-11. 기본값: 이번 달.
cli-listen =
    모든 분위기를 모든 스타일로 작곡하고 듣는 페이지를 만듭니다.

    악보마다 그림도 그립니다.
cli-listen-mood = 이 분위기만. 여러 번 쓸 수 있어요.
cli-listen-out = 페이지, 소리, 그림을 둘 폴더.
cli-listen-seconds = 곡마다의 길이(초).
cli-listen-style = 이 스타일만. 여러 번 쓸 수 있어요.
cli-order =
    주문 한 건을 요청부터 라이선스까지 폴더에 만듭니다.

    이 컴퓨터 안에서만 합니다. 아무에게도 묻거나 보내지 않아요.
cli-order-approve = best, ask(답이 없으면 가장 좋은 곡) 또는 테이크 번호.
cli-order-details = 자유롭게 적는 요청.
cli-order-key = 예: D minor
cli-order-length = 45, 1:30 또는 2분.
cli-order-loop = 끊김 없이 반복되는 곡.
cli-order-mood = config/moods.toml의 분위기. 예: calm
cli-order-out = 완성된 파일을 둘 폴더.
cli-order-purpose = youtube, podcast, game, ad 등.
cli-order-style = lo-fi, cinematic, jazz 등.
cli-order-tempo = 분당 박자 수(BPM).
cli-restore = 백업을 되살립니다. 상점이 닫혀 있어야 해요.
cli-restore-file = backup으로 만든 파일.
cli-restore-force = 있는 것을 바꿔 넣습니다.
cli-run = 멈출 때까지 상점을 엽니다: 채팅, 결제, 음악, 웹.
cli-sandbox =
    그 가상 세계만 엽니다: 이 컴퓨터 안의 Discord, Telegram, Stripe.

    JSON 한 줄을 출력하고 계속 돌아갑니다.
cli-sandbox-forward-to = 웹훅을 받을 상점의 주소.
cli-sandbox-host = 열 주소. 잘 아는 경우가 아니라면 이 컴퓨터 안에서만 여세요.
cli-sandbox-port = 페이지의 포트. 0이면 빈 포트를 씁니다.
cli-setup =
    상점에 필요한 것을 묻고 확인해서 .env에 저장합니다.

    답은 하나씩 해당 서비스에서 확인합니다.
cli-test = 시험용 키를 허용합니다. 실제 돈은 오가지 않아요.
cli-verify =
    파일이 무엇을 증명하는지 인터넷 없이 알려 줍니다.

    출처 기록, 들리지 않는 표식, 인증서, 서명을 봅니다. 증명되지 않으면 종료 상태가 1입니다.
cli-verify-certificate = 곡과 맞춰 볼 라이선스 PDF.
cli-verify-file = 곡, 라이선스 PDF 또는 그 licence.json.
cli-version = 버전을 보여 주고 끝냅니다.
cli-worker =
    작곡만 합니다. 이 컴퓨터에서도, 다른 컴퓨터에서도 됩니다.

    상점의 데이터베이스에서 일을 가져옵니다.
cli-worker-engine = 작곡할 엔진. 기본값: BGM_ENGINE.
cli-word-usage = 사용법:
cli-word-options = 옵션:
cli-word-commands = 명령:
cli-word-arguments = 인수:
cli-word-required = 필수
cli-word-default = 기본값:
cli-word-help = 이 도움말을 보여 주고 끝냅니다.
cli-word-option = 옵션
cli-word-command = 명령
cli-word-argument = 인수
cli-word-text = 글
cli-word-texts = 글 목록
cli-word-path = 경로
cli-word-number = 수
