// Package han reads Chinese in either script. The importer's words and patterns are written in
// simplified characters; a document in traditional ones, with the words of Taiwan, says the same.
package han

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// words are what Taiwan calls otherwise, each beside the word of the mainland. Both have the same
// number of characters, so that a place in the one text is that place in the other.
const words = `介面接口 欄位字段 資料数据 回應响应 回覆响应 回傳返回 型別类型 型態类型 範例示例 網址地址 陣列数组 訊息信息 伺服服务 變數变量 函式函数 預設默认 網路网络 檔案文件 連結链接 程式程序 敘述描述 帳號账号 金鑰密钥`

// characters are the traditional forms of those that the importer knows, each before its simplified one.
const characters = `萬万與与專专業业兩两個个為为爲为舉举義义書书於于產产僅仅從从會会傳传體体餘余條条備备復复複复參参雙双變变發发髮发號号後后員员響响團团圍围國国圖图場场處处頭头實实對对導导爾尔層层屬属歲岁幣币帳账庫库應应廢废` +
	`開开異异棄弃張张強强當当錄录徑径總总執执報报擇择揮挥據据換换損损斂敛數数無无時时顯显術术機机權权殺杀構构標标欄栏樣样檢检漢汉沒没測测瀏浏滅灭點点狀状環环現现電电碼码礎础確确種种積积稱称簽签籤签簡简類类` +
	`約约級级線线組组細细終终結结統统績绩綴缀編编縮缩網网聯联脫脱節节蘇苏範范獲获營营藍蓝補补見见規规視视覽览計计訂订認认議议記记許许設设訪访證证識识試试話话詢询該该語语誤误說说説说請请諸诸讀读課课調调` +
	`責责敗败賬账質质貸贷車车載载輛辆輸输運运過过還还進进連连達达適适選选遞递郵邮釋释裡里裏里鑑鉴鑒鉴鐘钟鑰钥鏈链錯错鍵键長长閉闭問问間间閱阅際际陳陈頁页項项順顺須须預预頻频題题額额饋馈驗验單单協协` +
	`歷历曆历縣县區区醫医華华賣卖買买務务動动勞劳勢势兒儿儲储優优價价眾众夥伙傷伤來来東东樂乐習习鄉乡雲云亞亚親亲億亿倉仓們们關关兌兑興兴寫写軍军農农決决況况凍冻淨净減减幾几憑凭擊击則则剛刚創创刪删別别` +
	`勸劝辦办勵励勁劲啟启啓启嗎吗聽听噴喷園园壞坏塊块堅坚壇坛墊垫聲声殼壳夠够夾夹獎奖婦妇媽妈學学寶宝審审寬宽賓宾尋寻壽寿將将盡尽屆届島岛師师帶带幫帮廣广莊庄慶庆歸归憶忆懷怀態态惡恶懸悬驚惊慣惯願愿戶户擴扩` +
	`掃扫搶抢護护擬拟擁拥攔拦撥拨掛挂擋挡攜携攝摄擺摆敵敌斷断舊旧暫暂雜杂極极槍枪檔档橋桥夢梦樓楼歡欢殘残毀毁畢毕氣气匯汇彙汇溝沟淚泪澤泽潔洁濟济濃浓漲涨灣湾滿满濾滤燈灯靈灵煉炼熱热愛爱牽牵猶犹獨独狹狭獻献瑪玛` +
	`畫画暢畅療疗蓋盖監监盤盘礦矿磚砖碩硕禮礼禍祸離离祕秘竊窃競竞筆笔篩筛糧粮緊紧糾纠紀纪純纯納纳紙纸紐纽練练紹绍經经綁绑給给絡络絕绝繼继續续維维綜综綠绿緩缓緣缘繳缴罰罚羅罗職职膚肤勝胜腦脑腳脚騰腾艦舰` +
	`藝艺蘆芦藥药薦荐慮虑虛虚雖虽蝕蚀銜衔裝装褲裤觸触討讨讓让訓训訊讯講讲論论訴诉診诊詞词譯译誠诚詩诗詳详誰谁談谈謝谢譜谱貝贝負负財财賢贤貨货購购貫贯費费貼贴貴贵貿贸資资賦赋賞赏賠赔賴赖賽赛贈赠贏赢趕赶` +
	`趨趋躍跃踐践蹤踪轉转輪轮軟软輕轻較较輔辅輯辑邊边遷迁遲迟遠远違违邏逻鄰邻採采針针錢钱銀银鐵铁鈴铃銷销鎖锁鍋锅鎮镇門门閒闲聞闻陽阳階阶陸陆險险隨随隱隐難难靜静韓韩頂顶顧顾頓顿頒颁領领顏颜風风飛飞飯饭館馆` +
	`馬马驅驱駛驶駕驾騙骗魚鱼鳥鸟麥麦齡龄龍龙綫线羣群臺台隻只製制週周係系佔占佈布準准迴回嚮向衝冲沖冲註注乾干麵面遊游託托徵征誌志捲卷穀谷鬆松壓压驟骤滾滚閘闸賺赚賭赌遙遥併并啞哑嚴严喚唤擔担隊队槓杠鏡镜鈕钮貓猫鍊链`

// tables are the words and the characters that are read otherwise, and which characters begin one.
type tables struct {
	begins  [0x5200]bool // from U+4E00
	pairs   []string
	replace *strings.Replacer
}

var load = sync.OnceValue(func() *tables {
	t := &tables{}
	for pair := range strings.FieldsSeq(words) {
		half := len(pair) / 2
		t.pairs = append(t.pairs, pair[:half], pair[half:])
	}
	for list := []rune(characters); len(list) > 1; list = list[2:] {
		t.pairs = append(t.pairs, string(list[0]), string(list[1]))
	}
	for n := 0; n < len(t.pairs); n += 2 {
		first, _ := utf8.DecodeRuneInString(t.pairs[n])
		t.begins[first-0x4e00] = true
	}
	t.replace = strings.NewReplacer(t.pairs...)
	return t
})

// Simple is a text in simplified characters and the words of the mainland. It has as many bytes,
// so that a place in it is the same place in the text. What is in neither script stays.
func Simple(s string) string {
	t := load()
	for _, r := range s {
		if r >= 0x4e00 && r < 0xa000 && t.begins[r-0x4e00] {
			return t.replace.Replace(s)
		}
	}
	return s
}
