// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SettleFloor} from "../../src/testing/SettleFloor.sol";
import {SessionsTest} from "../utils/SessionsTest.sol";

/// @title The contract that `settle` is weighed against does what it stands for: it recovers, clamps and credits.
contract FloorTest is SessionsTest {
    SettleFloor private floor;

    function setUp() public override {
        super.setUp();
        floor = new SettleFloor(sessions.DOMAIN_SEPARATOR());
        address[] memory keys = new address[](1);
        keys[0] = session;
        floor.fund(user, node, keys, 10 * USDC);
        _open(10 * USDC);
    }

    function testFuzz_creditsWhatSettleCredits(uint96 first, uint96 second) public {
        bytes memory items = bytes.concat(_item(first), _item(second));
        _settle(items);
        floor.settle(node, items);
        assertEq(floor.credited(node), _settledOf(id));
        _settle(items);
        floor.settle(node, items);
        assertEq(floor.credited(node), _settledOf(id));
    }

    function test_paysNothingForAnothersSignature() public {
        (, uint256 otherPk) = makeAddrAndKey("other session");
        floor.settle(node, _item(otherPk, _bytesReceipt(USDC)));
        assertEq(floor.credited(node), 0);
    }
}
